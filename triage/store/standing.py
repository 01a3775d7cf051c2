"""Which judgement holds on a pair of reports: a person's word over the model's, the later over the earlier.

Whoever is unsure says that they do not know, which is no word against anybody's.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from triage.model import Judgement, Verdict

Pair = tuple[str, str]
PERSON = "person:"


def standing(ledger: Iterable[Judgement]) -> dict[Pair, Judgement]:
    """The judgement that holds on each pair: the last ``same`` or ``different`` by a person, else the last by a model.

    ``unsure`` by a person takes back what the same person said of the pair before and leaves what anybody else said,
    the model among them; it is what holds only where nobody has said anything. ``withdrawn`` takes back what the act that it names said of the pair, or, where it names none, the last line of the
    same person on it. After a person has once said ``different``, the model joins the pair no more, even when that was
    taken back.
    """
    people, held = _words(ledger)
    for pair, lines in people.items():
        definite = _definite(lines)
        if definite:
            held[pair] = definite[-1]
        elif lines:
            held.setdefault(pair, lines[-1])
    return held


def doubted(ledger: Iterable[Judgement]) -> set[Pair]:
    """The pairs that a person has looked at and was not sure of: asked again, nobody would know more."""
    people, _ = _words(ledger)
    return {pair for pair, lines in people.items() if any(line.verdict is Verdict.UNSURE for line in lines)}


def _words(ledger: Iterable[Judgement]) -> tuple[dict[Pair, list[Judgement]], dict[Pair, Judgement]]:
    """What people said of each pair and did not take back, in order, and what the last model said of it."""
    people: defaultdict[Pair, list[Judgement]] = defaultdict(list)
    models: dict[Pair, Judgement] = {}
    rejected: set[Pair] = set()
    for line in ledger:
        pair = pair_of(line)
        if not by_person(line):
            models[pair] = replace(line, joined=False) if line.joined and pair in rejected else line
        elif line.verdict is Verdict.WITHDRAWN:
            _take_back(people[pair], line)
        else:
            people[pair].append(line)
            if line.verdict is Verdict.DIFFERENT:
                rejected.add(pair)
    return people, models


def _definite(lines: Sequence[Judgement]) -> list[Judgement]:
    """Who is unsure gives up their own earlier words, nobody else's."""
    found: list[Judgement] = []
    for line in lines:
        if line.verdict is Verdict.UNSURE:
            found = [one for one in found if one.by != line.by]
        else:
            found.append(line)
    return found


def pair_of(line: Judgement) -> Pair:
    """The two reports of a judgement, the older first."""
    first, second = sorted((line.report_id, line.other_id))
    return first, second


def by_person(line: Judgement) -> bool:
    """Whether a person said it."""
    return line.by.startswith(PERSON)


def joins(line: Judgement) -> bool:
    """Whether it puts its reports into one case, as far as nothing forbids it."""
    return line.verdict is Verdict.SAME and line.joined


def _take_back(lines: list[Judgement], word: Judgement) -> None:
    if word.withdraws:
        lines[:] = [line for line in lines if line.decision != word.withdraws]
        return
    for place in range(len(lines) - 1, -1, -1):
        if lines[place].by == word.by:
            del lines[place]
            return
