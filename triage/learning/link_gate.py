"""Learning links from what people judged, and the gate that such a link model passes: it must not join more wrongly.

Judged pairs that hang together over their reports stay on one side: a share of such groups, told by a hash of an id, is
kept aside for good. Two models are compared on it: one of the authored pairs alone, and one of both. The same is done
for a held-back part of the authored pairs. Where the second joins more pairs that belong apart on either, the first
comes into use.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corpora.reports import LabelledReport
from models.link import LinkModel, save_link
from models.link_training import FOLDS
from models.saved import write_whole
from triage.cases import LinkRules, PairJudge
from triage.learning.corpus import corpus_hash
from triage.learning.judged import JudgedPair
from triage.learning.linking import FOLDER, Look, Pair, looking, teaching, train_pairs
from triage.learning.reviewed import is_aside
from triage.model import Verdict
from triage.policy import Policy

FILE = "link_gate.json"
JUDGED, AUTHORED = "judged", "authored"


@dataclass(frozen=True, slots=True)
class Joined:
    """What a link model makes of pairs of which it is known whether they belong together (``same`` of ``pairs`` do)."""

    pairs: int
    same: int
    rightly: int
    wrongly: int

    def told(self) -> dict[str, int]:
        """As a report tells it."""
        return {"joined_rightly": self.rightly, "joined_wrongly": self.wrongly}


@dataclass(frozen=True, slots=True)
class LinkPart:
    """One set of pairs under the model without judged pairs, and under the one with them."""

    name: str
    without: Joined
    having: Joined

    @property
    def fell(self) -> bool:
        """Whether judged pairs lead to more pairs joined that belong apart."""
        return self.having.wrongly > self.without.wrongly

    def told(self) -> dict[str, Any]:
        """As a report tells it."""
        counts = {"pairs": self.without.pairs, "same": self.without.same}
        return {**counts, "without": self.without.told(), "with": self.having.told()}


@dataclass(frozen=True, slots=True)
class LinkGate:
    """The outcome. ``learned`` and ``aside`` count the judged pairs on either side."""

    learned: int
    aside: int
    parts: tuple[LinkPart, ...]

    @property
    def passed(self) -> bool:
        """Whether judged pairs come into use."""
        return self.learned > 0 and not any(part.fell for part in self.parts)

    def told(self) -> dict[str, Any]:
        """The report, as JSON: counts alone."""
        return {
            "outcome": "nothing_judged" if not self.learned else "passed" if self.passed else "refused",
            "learned_from": self.learned,
            "kept_aside": self.aside,
            "parts": {part.name: part.told() for part in self.parts},
        }


def renew_judged(
    folder: Path, rows: Sequence[LabelledReport], judged: Iterable[JudgedPair], policy: Policy
) -> LinkGate:
    """Learns links with the reader saved in a folder and with judged pairs, and saves what passes beside it.

    Raises:
        ModelMissing, ModelDamaged: the folder holds no reader, or one that was changed.
    """
    model, gate = learn_judged(rows, looking(folder), judged, LinkRules.of(policy.links))
    save_link(model, folder / FOLDER)
    write_gate(folder, gate)
    return gate


def learn_judged(
    rows: Iterable[LabelledReport], look: Look, judged: Iterable[JudgedPair], rules: LinkRules
) -> tuple[LinkModel, LinkGate]:
    """The link model that comes into use, and why."""
    chosen, authored = teaching(rows, look)
    learned, aside = parted(judged, 1 + max(number for pair in authored for number in pair.groups))
    about = {"corpus": corpus_hash(chosen)}
    plain = train_pairs(authored, about)
    if not learned:
        return plain, LinkGate(0, len(aside), ())
    both = train_pairs([*authored, *learned], {**about, "judged": len(learned)})
    gate = LinkGate(
        len(learned),
        len(aside),
        (
            LinkPart(JUDGED, joined(plain, rules, aside), joined(both, rules, aside)),
            _authored(authored, learned, rules),
        ),
    )
    return (both if gate.passed else plain), gate


def _authored(authored: Sequence[Pair], learned: Sequence[Pair], rules: LinkRules) -> LinkPart:
    """A part of the authored pairs under models that saw neither of their matters."""
    held = [pair for pair in authored if pair.groups[1] % FOLDS == 0]
    rest = [pair for pair in authored if all(number % FOLDS for number in pair.groups)]
    without, having = train_pairs(rest, {}), train_pairs([*rest, *learned], {})
    return LinkPart(AUTHORED, joined(without, rules, held), joined(having, rules, held))


def joined(model: LinkModel, rules: LinkRules, pairs: Sequence[Pair]) -> Joined:
    """How many pairs a model would join by itself under the rules in force, rightly and wrongly."""
    judge = PairJudge(model, rules)
    met = [_joins(judge, pair) for pair in pairs]
    rightly = sum(joins and pair.same for joins, pair in zip(met, pairs, strict=True))
    return Joined(len(pairs), sum(pair.same for pair in pairs), rightly, sum(met) - rightly)


def _joins(judge: PairJudge, pair: Pair) -> bool:
    found = judge.judge(pair.one, [pair.other], {pair.other.id: pair.shared})
    return any(line.joined and line.verdict is Verdict.SAME for line in found)


def parted(judged: Iterable[JudgedPair], first: int) -> tuple[list[Pair], list[Pair]]:
    """Judged pairs to learn from and those kept aside; numbers of their matters begin at ``first``.

    Pairs hang together where they share a report, so that nothing of what is measured was learned.
    """
    pairs = sorted(judged, key=lambda pair: (pair.one.id, pair.other.id))
    head = _heads(pairs)
    numbers = {name: first + place for place, name in enumerate(sorted(set(head.values())))}
    learned: list[Pair] = []
    aside: list[Pair] = []
    for pair in pairs:
        name = head[pair.one.id]
        made = Pair.apart(pair.other, pair.one, pair.same, (numbers[name], numbers[name]))
        (aside if is_aside(name) else learned).append(made)
    return learned, aside


def _heads(pairs: Sequence[JudgedPair]) -> Mapping[str, str]:
    """For each report the smallest id of those that it hangs together with."""
    head: dict[str, str] = {}

    def find(one: str) -> str:
        while head.setdefault(one, one) != one:
            head[one] = head[head[one]]
            one = head[one]
        return one

    for pair in pairs:
        one, other = sorted((find(pair.one.id), find(pair.other.id)))
        head[other] = one
    return {one: find(one) for one in list(head)}


def write_gate(folder: Path, gate: LinkGate) -> None:
    """Writes the report beside a model: counts, no text, no id."""
    import json

    write_whole(folder / FILE, (json.dumps(gate.told(), indent=1) + "\n").encode())
