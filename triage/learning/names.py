"""Learning names: labelled reports in, what tells persons and places and the part of a person out.

A report that marks no entities teaches nothing; one that marks them teaches by every candidate that is marked or not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from corpora.reports import LabelledEntity, LabelledReport
from models.hashing import Keys, Positions
from models.span_training import Answers, SpanTrainingSpec, fit_scorer
from models.spans import Scorer, SpanModel, Traits
from triage.assess import candidates, drafts
from triage.assess.choosing import persons_told
from triage.assess.drafts import Draft
from triage.assess.joined import Joined
from triage.assess.mentions import Mention, Told
from triage.assess.proposals import TAUGHT
from triage.assess.roles import roles_of
from triage.assess.templates import PERSON, PLACE, ROLE, THING
from triage.assess.traits import of_persons, of_places, of_things
from triage.learning.corpus import entry_of
from triage.model import EntityKind, Role
from triage.text.normalise import normalise

_BATCH = 64
_ROLE_BITS = 16
_LEAST = 10
"""Fewer reports with a marked name than this teach nothing that would hold for others."""
_KINDS = tuple(kind.value for kind in EntityKind)
_Spans = set[tuple[int, int]]
_Lesson = tuple[Draft, tuple[LabelledEntity, ...]]
_Taught = list[tuple[Traits, Answers]]


def learn_names(rows: Sequence[LabelledReport], spec: SpanTrainingSpec | None = None) -> SpanModel | None:
    """What the marked reports among ``rows`` teach of names; None where too few of them mark any."""
    marked = [row for row in rows if row.entities is not None]
    told = (mark.kind in ("person", "place") for row in marked for mark in row.entities or ())
    if sum(told) < _LEAST:
        return None
    lessons = (
        (draft, row.entities or ())
        for draft, row in zip(drafts(map(entry_of, marked)), marked, strict=True)
        if draft is not None
    )
    persons: _Taught = []
    places: _Taught = []
    roles: _Taught = []
    things: _Taught = []
    for batch in _batches(lessons):
        joined = Joined([draft for draft, _ in batch])
        spans = [_marked_spans(draft.text, marks) for draft, marks in batch]
        who, where = candidates.persons(joined), candidates.places(joined)
        persons.append((of_persons(joined, *who), _answers(joined, *who, [found["person"] for found in spans])))
        places.append((of_places(joined, *where), _answers(joined, *where, [found["place"] for found in spans])))
        roles.append(_parts(joined, batch, [found["person"] for found in spans]))
        things.append(_things(joined, batch, spans))
    if not persons:
        return None
    how = spec or SpanTrainingSpec()
    return SpanModel(
        _fitted(persons, PERSON, how),
        _fitted(places, PLACE, how),
        _fitted(roles, ROLE, replace(how, bits=_ROLE_BITS), len(Role)),
        tuple(Role),
        _fitted(things, THING, how) if _marks_things(marked) else None,
    )


def _marks_things(rows: Iterable[LabelledReport]) -> bool:
    """Whether posts, bodies, programmes, sums and times are all marked: what nobody marks would be learned to be wrong."""
    told = Counter(mark.kind for row in rows for mark in row.entities or ())
    return all(told[kind.value] >= _LEAST for kind in TAUGHT)


def _fitted(taught: _Taught, templates: Sequence[str], how: SpanTrainingSpec, answers: int = 1) -> Scorer:
    """What the batches teach; a scorer that says no to everything where none of them holds a candidate."""
    told = [(traits, right) for traits, right in taught if len(right)]
    if told:
        return fit_scorer(told, templates, how)
    return Scorer(tuple(templates), np.zeros((1 << how.bits, answers), np.float32), np.full(answers, -1.0))


def _things(
    joined: Joined, batch: Sequence[_Lesson], spans: Sequence[dict[str, _Spans]]
) -> tuple[dict[str, Keys], Answers]:
    """Traits of what may be a post, a body, a programme, a sum or a time, and whether it is marked as that."""
    starts, ends, kinds, entities = candidates.things(joined, [draft for draft, _ in batch])
    owners = joined.owner[starts].tolist()
    right = [
        (entity.start, entity.end) in spans[owner][entity.kind] for entity, owner in zip(entities, owners, strict=True)
    ]
    return of_things(joined, starts, ends, kinds), np.array(right, np.bool_)[:, None]


def _batches(lessons: Iterable[_Lesson]) -> Iterator[list[_Lesson]]:
    stream = iter(lessons)
    while batch := list(islice(stream, _BATCH)):
        yield batch


def _marked_spans(text: str, marks: Sequence[LabelledEntity]) -> dict[str, _Spans]:
    """Where the marked strings of each kind stand; inside a longer marked name a shorter one does not count."""
    kinds = {normalise(mark.text).text: mark.kind for mark in marks if mark.kind in _KINDS and mark.text}
    made: dict[str, _Spans] = {kind: set() for kind in _KINDS}
    taken = bytearray(len(text))
    for string in sorted(kinds, key=len, reverse=True):
        at = text.find(string)
        while at >= 0:
            end = at + len(string)
            if taken.find(1, at, end) < 0:
                taken[at:end] = b"\1" * (end - at)
                made[kinds[string]].add((at, end))
            at = text.find(string, at + 1)
    return made


def _answers(joined: Joined, starts: Positions, ends: Positions, marked: Sequence[_Spans]) -> NDArray[np.bool_]:
    """Which candidates are marked, as a column."""
    right = {
        (base + start, base + end)
        for base, spans in zip(joined.bases.tolist(), marked, strict=True)
        for start, end in spans
    }
    pairs = zip(starts.tolist(), ends.tolist(), strict=True)
    return np.fromiter((pair in right for pair in pairs), np.bool_, len(starts))[:, None]


def _parts(joined: Joined, batch: Sequence[_Lesson], marked: Sequence[_Spans]) -> tuple[dict[str, Keys], Answers]:
    """Traits of the marked persons whose role is told, and for each role whether it is theirs."""
    taught, mentions = [], []
    for (draft, marks), spans in zip(batch, marked, strict=True):
        roles = {normalise(mark.text).text: mark.role for mark in marks if mark.kind == "person" and mark.role}
        known = {(mention.start, mention.end): mention for mention in draft.mentions}
        own = [
            known.get((start, end), Mention(start, end, Told.WORD))
            for start, end in sorted(spans)
            if draft.text[start:end] in roles
        ]
        mentions.append(own)
        taught += [roles[draft.text[mention.start : mention.end]] for mention in own]
    texts = [draft for draft, _ in batch]
    parts = [roles_of(draft.text, own) for draft, own in zip(texts, mentions, strict=True)]
    traits, _ = persons_told(joined, texts, mentions, parts)
    return traits, np.array(taught, object)[:, None] == np.array(list(map(str, Role)), object)[None, :]
