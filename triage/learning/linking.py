"""What the link estimator learns from: pairs of authored reports of one matter, look-alikes, copies and false copies,
and letters in which one writer tells of several wrongs of the same officials.

Reports that were counted in the table of rare pairs of characters are paired only where they have a case, or were written
as a look-alike of one: whatever else two of them share looks less rare than it does in reports to come.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import combinations, tee
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple, Self

import numpy as np

from corpora.reports import LabelledReport, is_counted, tells_cases
from models.accurate import FAST, READER
from models.category import CategoryModel
from models.link import LinkModel, load_link, save_link
from models.link_training import FOLDS, LEAST_POSITIVES, train_link
from models.readers import Reader, reader_in
from models.readers import load as read
from models.saved import MANIFEST
from triage.cases import (
    FEATURES,
    WRONGS,
    LinkKeyer,
    Matter,
    MemoryCandidates,
    Shared,
    alone,
    compared,
    meet,
    probabilities_of,
)
from triage.errors import BadInput
from triage.learning.corpus import Entry, corpus_hash, entry_of, load
from triage.model import Assessment, Entity, EntityKind

Entities = Sequence[Entity]


class Seen(NamedTuple):
    """What a reader sees in a text: entities, and the probability of each label as if it had not learned from the text.

    Without the latter nothing is known of what the text tells of.
    """

    entities: Entities = ()
    probabilities: Mapping[str, float] = MappingProxyType({})

    @classmethod
    def of(cls, assessment: Assessment) -> Self:
        """What an assessment of a text that nobody learned from tells."""
        return cls(assessment.entities, probabilities_of(assessment))


Look = Callable[[Iterable[Entry]], Iterable[Seen]]
"""Tells what a reader sees in texts."""
FOLDER = "link"
"""Where the link model stands in a saved reader's folder."""
_LOOK_ALIKE = "look_alike"
_MOST = 30
_NO_SECRET = b"training only, nothing is kept"
_PLACES = frozenset({EntityKind.PLACE})
_PEOPLE_AND_PLACES = _PLACES | {EntityKind.PERSON}
_LEAST_LETTERS = 60
_OF_TWO = 3.0
"""How many pairs a pair of different writers counts for. Authors wrote many letters of one writer, of which it is often open whether the
second is of the first one's matter; most of what an office has to bring together comes from different people.
"""
# Of every so many reports a copy is made: copies teach what near-identical texts mean and must not outnumber matters
_EVERY = 3
_STEP = 7
_UNKNOWN = 8
"""Of every so many pairs one is learned without what its reports tell of, as those are compared that were read before that was kept."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two reports and whether they tell of one matter. ``groups`` are the numbers of their matters, ``counts`` is how many pairs it
    counts for.
    """

    one: Matter
    other: Matter
    shared: Shared
    same: bool
    groups: tuple[int, int]
    counts: float = 1.0

    @classmethod
    def apart(cls, one: Matter, other: Matter, same: bool, groups: tuple[int, int]) -> Self:
        """A pair that nobody else stands beside."""
        keyer = LinkKeyer(_NO_SECRET)
        return cls(one, other, alone(keyer.keys(one), keyer.keys(other)), same, groups)


def of_links(rows: Iterable[LabelledReport]) -> list[LabelledReport]:
    """The reports that links are learned from."""
    return [row for row in rows if _is_told(row) or (row.voice and tells_cases(row) and not is_counted(row))]


def _is_told(row: LabelledReport) -> bool:
    """Whether somebody said of a report which others belong to it, or that it only looks like another."""
    return bool(row.case) or _LOOK_ALIKE in (row.tags or ())


def enough(rows: Iterable[LabelledReport]) -> bool:
    """Whether these reports alone teach what belongs together."""
    sizes: defaultdict[str, int] = defaultdict(int)
    for row in rows:
        if row.case:
            sizes[row.case] += 1
    return sum(size * (size - 1) // 2 for size in sizes.values()) >= 5 * LEAST_POSITIVES


def matter_of(report_id: str, row: LabelledReport, seen: Seen) -> Matter:
    """The matter of a labelled report with what was seen in it."""
    text, day, turns = entry_of(row)
    return Matter.of(report_id, text, seen.entities, day, turns, seen.probabilities)


def learn_links(rows: Iterable[LabelledReport], look: Look) -> LinkModel:
    """A link model of those of the rows that teach links; of the packaged corpus where they are too few."""
    chosen, pairs = teaching(rows, look)
    return train_pairs(pairs, {"corpus": corpus_hash(chosen)})


def teaching(rows: Iterable[LabelledReport], look: Look) -> tuple[list[LabelledReport], list[Pair]]:
    """The rows that teach links and the pairs that they teach; of the packaged corpus where they are too few, or of too few matters."""
    own = of_links(rows)
    if enough(own):
        pairs = link_pairs(own, list(look(map(entry_of, own))))
        if _spread(pairs):
            return own, pairs
    packaged = of_links(load())
    return packaged, link_pairs(packaged, list(look(map(entry_of, packaged))))


def _spread(pairs: Sequence[Pair]) -> bool:
    """Whether there is enough to learn from with any fold of matters held out: one large case alone teaches nothing."""
    for fold in range(FOLDS):
        same = [pair.same for pair in pairs if all(number % FOLDS != fold for number in pair.groups)]
        if sum(same) < LEAST_POSITIVES or all(same):
            return False
    return True


def links_in(folder: Path) -> LinkModel:
    """The link model beside a saved reader; where it is missing, or was made of other features, it is learned anew.

    Raises:
        ModelMissing, ModelDamaged: the folder holds no reader, or one that was changed.
    """
    place = folder / FOLDER
    if (place / MANIFEST).is_file():
        found = load_link(place)
        if found is not None and found.features == FEATURES:
            return found
    return renew_links(folder)


def renew_links(folder: Path, rows: Sequence[LabelledReport] = ()) -> LinkModel:
    """Learn links (see ``learn_links``) with the reader saved in a folder, and save them beside it.

    Raises:
        ModelMissing, ModelDamaged: the folder holds no reader, or one that was changed.
    """
    made = learn_links(rows, looking(folder))
    save_link(made, folder / FOLDER)
    return made


def looking(folder: Path) -> Look:
    """What sees texts as the reader saved in a folder does, with probabilities for those that it learned from.

    Raises:
        ModelMissing, ModelDamaged: the folder holds no reader, or one that was changed.
    """
    from triage.assess import marked

    # Entities are the same with either reader, and the fast one is there at once
    reader = read(folder / FAST if reader_in(folder) == READER else folder)
    return seeing(lambda entries: marked(entries, reader.spans), reader)


def seeing(mark: Callable[[Iterable[Entry]], Iterable[Entities]], reader: Reader | None) -> Look:
    """What sees the entities that ``mark`` tells, with probabilities for the texts that ``reader`` learned from."""

    def look(entries: Iterable[Entry]) -> Iterator[Seen]:
        told, again = tee(entries)
        for entry, entities in zip(told, mark(again), strict=True):
            yield Seen(entities, _held_out_of(reader, entry))

    return look


def _held_out_of(reader: Reader | None, entry: Entry) -> dict[str, float]:
    """What readers that had not learned from a text made of it, while this one was trained; nothing of any other text."""
    if not isinstance(reader, CategoryModel) or reader.held_out is None:
        return {}
    known = reader.held_out.told(entry[0])
    return dict(zip(reader.labels, known, strict=True)) if known else {}


def link_pairs(rows: Sequence[LabelledReport], seen: Sequence[Seen]) -> list[Pair]:
    """The pairs that labelled reports teach."""
    matters = [matter_of(f"{place:08d}", row, told) for place, (row, told) in enumerate(zip(rows, seen, strict=True))]
    return [*_met(rows, matters), *_made(rows, seen, matters)]


def train_pairs(pairs: Sequence[Pair], about: Mapping[str, object]) -> LinkModel:
    """A link model of pairs; ``about`` is what its manifest tells besides.

    Raises:
        BadInput: fewer than ten pairs of one matter.
    """
    if sum(pair.same for pair in pairs) < LEAST_POSITIVES:
        raise BadInput("data", "cases", "links are learned from at least ten pairs of reports with one case.")
    values = np.array([compared(pair.one, pair.other, pair.shared).values for pair in pairs])
    same = np.array([pair.same for pair in pairs])
    groups = np.array([pair.groups for pair in pairs], dtype=np.int64)
    values[::_UNKNOWN, [FEATURES.index(name) for name in WRONGS]] = 0.0
    return train_link(values, same, groups, FEATURES, about, np.array([pair.counts for pair in pairs]))


def _met(rows: Sequence[LabelledReport], matters: Sequence[Matter]) -> Iterable[Pair]:
    """Every pair that would be compared, and those of one case that would be with fewer others about.

    Where nobody said which others belong to a report, only its own writer can be taken at his word: another's letter may
    tell of the same matter by chance.
    """
    group = _groups(rows)
    keyer, before = LinkKeyer(_NO_SECRET), MemoryCandidates()
    found: dict[tuple[int, int], Shared] = {}
    known = [keyer.keys(matter) for matter in matters]
    for place, (matter, keys) in enumerate(zip(matters, known, strict=True)):
        met = meet(keys, before.under(keys, _MOST), _MOST)
        found.update(
            ((int(other), place), shared) for other, shared in met.items() if _is_known(rows[int(other)], rows[place])
        )
        before.add(matter.id, keys)
    cases: defaultdict[str, list[int]] = defaultdict(list)
    for place, row in enumerate(rows):
        if row.case:
            cases[row.case].append(place)
    for members in cases.values():
        for one, other in combinations(members, 2):
            shared = alone(known[one], known[other])
            # Two that share no key are never compared, and teach that nothing in common means something
            if shared.worth:
                found.setdefault((one, other), shared)
    for (one, other), shared in sorted(found.items(), key=lambda entry: entry[0]):
        same = bool(rows[one].case) and rows[one].case == rows[other].case
        counts = 1.0 if rows[one].voice == rows[other].voice else _OF_TWO
        yield Pair(matters[other], matters[one], shared, same, (group[one], group[other]), counts)


def _is_known(one: LabelledReport, other: LabelledReport) -> bool:
    """Whether the labels say if two reports tell of one matter."""
    return (_is_told(one) and _is_told(other)) or (one.voice is not None and one.voice == other.voice)


def _groups(rows: Sequence[LabelledReport]) -> list[int]:
    """A number for each matter, the same for reports of one case."""
    numbers: dict[object, int] = {}
    return [numbers.setdefault(row.case or place, len(numbers)) for place, row in enumerate(rows)]


def _made(rows: Sequence[LabelledReport], seen: Sequence[Seen], matters: Sequence[Matter]) -> Iterable[Pair]:
    """Pairs that authors seldom write: a letter sent twice with a word changed; the same letter about another man in
    another village; another matter of the same village.
    """
    group = _groups(rows)
    for place in range(len(rows)):
        row, mine = rows[place], seen[place]
        donor = (place + _STEP) % len(rows)
        theirs = seen[donor].entities
        if not _is_told(row) or group[donor] == group[place] or len(row.text) < _LEAST_LETTERS or row.turns:
            continue
        day = row.received or date(2019, 1, 1)
        groups = group[place], group[place]
        if place % _EVERY == 0:
            middle = len(row.text) // 2
            shorter = row.text[:middle] + row.text[middle + 3 :]
            again = Matter.of("again", shorter, mine.entities, day, probabilities=mine.probabilities)
            yield Pair.apart(again, matters[place], True, groups)
            yield from _moved(row.text, mine, theirs, _PEOPLE_AND_PLACES, day, matters[place], groups)
        yield from _moved(row.text, mine, theirs, _PLACES, day, matters[donor], (group[donor], group[place]))


def _moved(
    text: str,
    seen: Seen,
    donors: Entities,
    kinds: frozenset[EntityKind],
    day: date,
    other: Matter,
    groups: tuple[int, int],
) -> Iterable[Pair]:
    """The pair of ``other`` and a text whose entities of these kinds were replaced by another report's, if both have any."""
    stock = {kind: [entity for entity in donors if entity.kind is kind] for kind in kinds}
    if not all(stock.values()) or not {entity.kind for entity in seen.entities} >= kinds:
        return
    made = []
    for number, entity in enumerate(seen.entities):
        if entity.kind in kinds:
            new = stock[entity.kind][number % len(stock[entity.kind])]
            text = text.replace(entity.text, new.text)
            made.append(replace(entity, text=new.text, code=new.code))
        else:
            made.append(entity)
    moved = Matter.of("moved", text, made, day, probabilities=seen.probabilities)
    yield Pair.apart(moved, other, False, groups)
