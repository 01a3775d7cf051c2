"""Judges pairs of reports: joined, suggested to a person, different, or nothing to say.

Petitions are written from each other's copies and matters of the next village are told in the same words; so however
alike two texts are, a pair is joined without a person only where a fact agrees and none of weight conflicts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from models.link import LinkModel
from triage.cases.alike_places import same_village
from triage.cases.candidates import Shared
from triage.cases.compared import Compared, Reason, codes
from triage.cases.features import LEAST_OF_A_SCRIPT, compared
from triage.cases.matter import Matter
from triage.cases.places import Place
from triage.cases.voices import ADDS, APART, COPY, QUOTES
from triage.cases.wording import beside
from triage.model import Judgement, Verdict
from triage.policy import Links

COPIED = 0.8
"""From this likeness of texts on two reports are copies of each other rather than two voices."""
CERTAIN = 0.75
"""From this likeness on texts are joined for it alone, unless facts conflict."""
_NEAR = 0.33
_PERSON = ("same_name", "same_sound", "covered_name", "same_post", "name_in_text")
_PLACE = ("same_village", "village_in_text", "same_town", "same_county", "county_in_text")
_VILLAGE = ("same_village", "village_in_text")
_GROUND = (*_PLACE, "same_post", "contact")
_FIGURES = ("same_count", "same_date")
_LEAST_DIGITS = 1.4
_WORDS, _MANY_WORDS = 0.69, 1.6
"""Words that only these two share, as a logarithm, that count as one fact (one word) and as two (four)."""
_LEAST_FACTS = 2
_SURE, _TWO_WORDS = 0.8, 1.09
_AS_GOOD_AS_CERTAIN = 0.85
_NAMED_ALIKE = ("same_name", "same_sound")
_RUNS, _RUN_SHARE = 1.5, 0.15
"""Rare runs of characters in common that need no other fact: their worth as a logarithm, and their share of the poorer text's."""
_LONG, _LEAST_LIKE = 0.0708, 0.05
"""Two texts of at least 200 distinct 5-grams (as the feature ``short``) must have this share of rare words in common: the
same village and the same man are no one matter where each letter tells at length of something else.
"""
_FEW = 0.1
"""A name or place that more than ten reports share says little."""
_IN_COMMON = (*_PERSON, "contact")
_ELSEWHERE = ("other_village", "other_county", "other_region")
_SAME_MAN = ("same_name", "same_sound", "covered_name", "contact")
_QUOTED = 0.98
"""How likely two reports tell of one matter where one tells the receipt of the other: nobody but its sender was given it."""
_BELONG = ("same_name", "same_sound", "covered_name", "same_village", "village_in_text")


@dataclass(frozen=True, slots=True)
class LinkRules:
    """Probabilities from which a pair is joined or suggested, and what never joins by itself.

    ``least_shingles`` is the least number of distinct 5-grams of either text, ``old_after_days`` the most days between
    the two reports, ``most_candidates`` how many reports a new one is compared with.
    """

    join: float
    suggest: float
    least_shingles: int = 30
    old_after_days: int = 1095
    most_candidates: int = 30

    @classmethod
    def of(cls, links: Links) -> Self:
        """The rules that a policy sets."""
        return cls(
            links.join_from, links.suggest_from, links.least_shingles, links.old_after_days, links.max_candidates
        )


@dataclass(frozen=True, slots=True)
class PairJudge:
    """A trained model with the rules in force."""

    model: LinkModel
    rules: LinkRules

    def judge(self, one: Matter, others: Sequence[Matter], shared: Mapping[str, Shared]) -> list[Judgement]:
        """What the model makes of a report and each of the others (``shared``: what ``meet`` says of them); pairs that it has nothing to say of are left out.

        ``same`` and joined: likely enough and nothing forbids it. ``unsure``: a suggestion for a person. ``different``:
        another man is accused, and nothing else brings the two together.
        """
        if not others:
            return []
        nothing = Shared()
        worded = zip(others, beside(one, others), strict=True)
        pairs = [compared(one, other, shared.get(other.id, nothing), wording) for other, wording in worded]
        likely = self.model.probabilities(np.array([pair.values for pair in pairs]))
        version = self.model.version
        judged = (self._judged(one, *met, version) for met in zip(others, pairs, likely.tolist(), strict=True))
        return [line for line in judged if line is not None]

    def _judged(self, one: Matter, other: Matter, pair: Compared, likely: float, version: str) -> Judgement | None:
        if pair.of("copy") >= COPIED:
            pair.reasons.insert(0, Reason(COPY))
        if pair.of("copy") >= CERTAIN and may_join(pair):
            # Authors write few copies, so that the model knows little of them; the same text needs no other fact
            likely = max(likely, pair.of("copy"))
        if one.adds_to == other.id or other.adds_to == one.id:
            # Whoever holds the receipt of a report added this to it: that is known, however short, late or unlike it is
            return Judgement(
                one.id, other.id, Verdict.SAME, 1.0, version, codes([*pair.reasons, Reason(ADDS)]), joined=True
            )
        quoting = any(reason.code == QUOTES for reason in pair.reasons)
        if quoting:
            likely = max(likely, _QUOTED)
        apart = conflicting(pair)
        if likely < self.rules.suggest:
            if not apart:
                return None
            return Judgement(one.id, other.id, Verdict.DIFFERENT, likely, version, codes(pair.reasons))
        held = (
            self._held_back(one, other)
            + _elsewhere(one, other, pair)
            + (_turned_away(pair) if quoting else _words_alone(one, other, pair))
            + [APART] * apart
        )
        allowed = not _at_odds(pair) if quoting else may_join(pair, likely)
        certain = likely >= self.rules.join or pair.of("copy") >= CERTAIN
        joined = certain and not held and allowed
        verdict = Verdict.SAME if joined else Verdict.UNSURE
        reasons = codes([*pair.reasons, *map(Reason, held)])
        return Judgement(one.id, other.id, verdict, likely, version, reasons, joined)

    def _held_back(self, one: Matter, other: Matter) -> list[str]:
        held = []
        if min(one.fingerprint.size, other.fingerprint.size) < self.rules.least_shingles:
            held.append("short")
        if abs((one.received - other.received).days) > self.rules.old_after_days:
            held.append("old")
        return held


def _elsewhere(one: Matter, other: Matter, pair: Compared) -> list[str]:
    """Why the two may well tell of different matters, whatever they share: a person decides.

    A look-alike names the village next door, or the matter of which others wrote, to say that its own is another one.
    """
    homes = _home(one), _home(other)
    elsewhere = homes[0] and homes[1] and not same_village(homes[0], homes[1]) and not pair.any_of(_SAME_MAN)
    # The same letter twice says twice that it is not of another's matter
    twice = one.disclaims and other.disclaims and pair.of("copy") >= CERTAIN
    return ["other_home"] * bool(elsewhere) + ["disclaims"] * ((one.disclaims or other.disclaims) and not twice)


def _turned_away(pair: Compared) -> list[str]:
    """Why a report that tells a receipt may yet be of something else: it begins so (另外一件事)."""
    return ["disclaims"] * bool(pair.of("later_another"))


def _words_alone(one: Matter, other: Matter, pair: Compared) -> list[str]:
    """Why the two may share no more than their writer: an English letter brings the rare words of whoever wrote it into
    all that he writes, and a name signed twice, or a number to call, says who wrote and not of what. Where it is known
    what both tell of, the model has seen to that.
    """
    if pair.of("wrongs_known"):
        return []
    signed = bool(set(one.reporters) & set(other.reporters))
    english = all(each.latin >= LEAST_OF_A_SCRIPT > len(each.grams) - each.latin for each in (one, other))
    told = _figures(pair) or pair.any_of(_PERSON) or pair.of("copy") >= _NEAR or (pair.of("contact") and not signed)
    return ["words_alone"] * bool((signed or english) and not told)


def _home(matter: Matter) -> Place | None:
    """The village that a report names first."""
    return next((place for place in matter.places if place.village), None)


def may_join(pair: Compared, likely: float = 0.0) -> bool:
    """Whether facts of two kinds agree, or the texts are near-identical, and no fact of weight conflicts.

    One fact alone proves little in a large office: half a county writes of the same secretary. A place and words in
    common prove little either, where a whole town writes of its works: a person, a figure or a contact must agree, or
    two words that hardly anybody else uses where the model is sure by itself (``likely`` is its probability). Where a
    whole province writes, names and numbers agree by chance: without a place, a post or a contact in common they join nothing
    (of 48 such pairs among 7,118 real messages 16 were one matter), nor do they where the years differ and nobody is named.
    Where the model is as good as certain, one man named by both needs no place, and many rare runs in common need nothing else.
    """
    if _at_odds(pair):
        return False
    if pair.of("copy") >= CERTAIN:
        return True
    if _too_unlike(pair) or pair.of("denied"):
        return False
    if likely >= _AS_GOOD_AS_CERTAIN and _many_runs(pair):
        return True
    named = likely >= _AS_GOOD_AS_CERTAIN and pair.any_of(_NAMED_ALIKE)
    return (named or _on_common_ground(pair)) and _told_by_both(pair, likely)


def _many_runs(pair: Compared) -> bool:
    return pair.of("runs_shared") >= _RUNS and pair.of("runs_likeness") >= _RUN_SHARE


def _told_by_both(pair: Compared, likely: float) -> bool:
    """Whether facts of two kinds agree of which few others tell, and more than a place and words are among them."""
    few = pair.of("words_here") >= _WORDS or pair.of("facts_here") >= _FEW
    told = likely >= _SURE and pair.any_of(_VILLAGE) and pair.of("words_here") >= _TWO_WORDS
    if not (told or _figures(pair) or pair.any_of(_PERSON) or pair.of("contact") or pair.of("copy") >= _NEAR):
        return False
    return pair.of("copy") >= _NEAR or (facts(pair) >= _LEAST_FACTS and few)


def _at_odds(pair: Compared) -> bool:
    """Whether other men are accused, or all of it is elsewhere."""
    return bool(pair.of("other_accused") or (pair.any_of(_ELSEWHERE) and not pair.any_of(_BELONG)))


def _too_unlike(pair: Compared) -> bool:
    unlike = pair.of("short") <= _LONG and pair.of("rare_likeness_short") < _LEAST_LIKE
    return unlike and not pair.of("no_common_script")


def _on_common_ground(pair: Compared) -> bool:
    """Whether both tell of one place, one post or one contact, and of the same years where they name nobody."""
    if pair.of("other_years") and not pair.any_of(_PERSON):
        return False
    return pair.any_of(_GROUND) or pair.of("copy") >= _NEAR


def facts(pair: Compared) -> int:
    """How many kinds of facts agree: a person, a place, figures, what only these two say; a contact counts twice."""
    words = pair.of("words_here")
    return (
        pair.any_of(_PERSON)
        + pair.any_of(_PLACE)
        + _figures(pair)
        + (words >= _WORDS)
        + (words >= _MANY_WORDS)
        + 2 * bool(pair.of("contact"))
    )


def _figures(pair: Compared) -> bool:
    return pair.any_of(_FIGURES) or pair.of("sum") >= _LEAST_DIGITS


def conflicting(pair: Compared) -> bool:
    """Whether the pair must not share a case even over a third report: other men or another place, nobody in common."""
    elsewhere = pair.of("other_village") and (pair.of("other_county") or pair.of("other_region"))
    return bool(elsewhere or pair.of("other_accused")) and not pair.any_of(_IN_COMMON)
