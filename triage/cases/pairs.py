"""Scores a pair of reports and says what the model makes of it: joined, suggested, or nothing.

This first linking knows near-identical text only. Facts that conflict (another village, another accused, other sums)
hold a pair back as a suggestion, because petitions are written from each other's copies: the same words about the
next village are another matter.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field

from triage.cases.fingerprint import Fingerprint
from triage.model import Entity, EntityKind, Judgement, Role, Verdict

READER = "near-text/1"


@dataclass(frozen=True, slots=True)
class LinkRules:
    """Thresholds on similarity and the least number of distinct 5-grams for joining without a person."""

    join: float = 0.8
    suggest: float = 0.45
    least_shingles: int = 30


@dataclass(frozen=True, slots=True)
class Matter:
    """What linking knows of a report."""

    id: str
    fingerprint: Fingerprint
    facts: dict[str, frozenset[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, report_id: str, text: str, entities: Iterable[Entity]) -> Matter:
        """A matter from a text and what was marked in it."""
        facts: dict[str, set[str]] = {"accused": set(), "place": set(), "amount": set()}
        for entity in entities:
            if entity.kind is EntityKind.PERSON and entity.role is Role.ACCUSED:
                facts["accused"].add(entity.text)
            elif entity.kind is EntityKind.PLACE:
                facts["place"].add(entity.text)
            elif entity.kind is EntityKind.AMOUNT and entity.fen:
                facts["amount"].add(str(entity.fen))
        return cls(report_id, Fingerprint.of(text), {kind: frozenset(values) for kind, values in facts.items()})


@dataclass(frozen=True, slots=True)
class PairScore:
    """Similarity in [0, 1], the probability made of it, codes of what agrees and of what conflicts."""

    similarity: float
    probability: float
    agree: tuple[str, ...]
    conflict: tuple[str, ...]


def score_pair(one: Matter, other: Matter, rules: LinkRules) -> PairScore:
    """Compares two matters.

    The probability is a fixed logistic curve in the similarity, one half at the middle of the two thresholds; each
    conflict costs two units of log-odds. It orders suggestions and is not yet learned from decisions.
    """
    similarity = one.fingerprint.similarity(other.fingerprint)
    agree, conflict = [], []
    for kind in sorted(one.facts.keys() & other.facts.keys()):
        mine, theirs = one.facts[kind], other.facts[kind]
        if not mine or not theirs:
            continue
        if not _compatible(mine, theirs):
            conflict.append(f"other_{kind}")
        elif mine & theirs:
            agree.append(f"same_{kind}")
    middle = (rules.join + rules.suggest) / 2
    logit = 16 * (similarity - middle) - 2 * len(conflict)
    return PairScore(similarity, 1 / (1 + math.exp(-logit)), ("near_text", *agree), tuple(conflict))


def _compatible(mine: frozenset[str], theirs: frozenset[str]) -> bool:
    """Whether two sets of mentions can belong to one matter: one mention equal to, or part of, one of the other set."""
    return any(a in b or b in a for a in mine for b in theirs)


def judge(one: Matter, other: Matter, rules: LinkRules) -> Judgement | None:
    """The model's judgement of a pair for the ledger, or None where there is nothing to say.

    ``same`` and joined: similar enough, long enough and without conflict. ``unsure``: a suggestion for a person.
    """
    score = score_pair(one, other, rules)
    if score.similarity < rules.suggest:
        return None
    long_enough = min(one.fingerprint.shingles.size, other.fingerprint.shingles.size) >= rules.least_shingles
    joined = score.similarity >= rules.join and long_enough and not score.conflict
    features = score.agree + score.conflict + (() if long_enough else ("short",))
    verdict = Verdict.SAME if joined else Verdict.UNSURE
    return Judgement(one.id, other.id, verdict, score.probability, READER, features, joined)
