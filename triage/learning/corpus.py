"""From labelled reports to what estimators learn from."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from functools import partial
from hashlib import sha256
from pathlib import Path

import numpy as np

from corpora.reports import BadRow, LabelledReport, Rationale, is_board_message, load_reports
from models.form_training import Forms
from models.held_out import numbers_of
from models.linear import UNKNOWN, Targets
from models.rationales import Rationales
from models.reading import Reading
from models.spans import SpanModel
from models.split import Groups, joined_groups
from models.training import TrainingSet
from triage.errors import BadInput
from triage.model import Speaker, Turn
from triage.text.normalise import Normalised, normalise, seen
from triage.text.spaced import closed_up

Entry = tuple[str, date, tuple[Turn, ...]]
"""A text, the day on which it was received, and its turns if it is a transcript."""
ReadTexts = Callable[[Iterable[Entry]], Iterable[Reading]]
"""Makes readings of texts; the same in training and in use, which is why it is handed in."""

FLAGS = ("refer", "urgent")
REFERRED = frozenset(
    {
        "favoritism",
        "embezzlement",
        "fraudulent_claim",
        "bribery",
        "falsified_exit",
        "inflated_income",
        "staged_evaluation",
        "coercion",
        "retaliation",
    }
)
"""The wrongs for which the guideline may refer a report: money or goods taken or asked for by someone in office, false exits,
figures and evaluations, threats, force, favours.
"""


def load(paths: Sequence[Path] | None = None) -> list[LabelledReport]:
    """Labelled reports of files, or of the packaged corpus.

    Raises:
        BadInput: a file or row breaks the form; the sentence names file, line and field.
    """
    try:
        return list(load_reports(paths))
    except BadRow as error:
        raise BadInput("data", "labelled_form", str(error)) from None
    except OSError as error:
        name = Path(error.filename).name if error.filename else "a file"
        raise BadInput("data", "readable", f"{name} cannot be read ({error.strerror}).") from None
    except UnicodeDecodeError:
        raise BadInput("data", "utf8", "a file is not UTF-8.") from None


def entry_of(row: LabelledReport) -> Entry:
    """What a reader is given of a labelled report; without a day of receipt it counts as received today."""
    turns = tuple(Turn(Speaker(speaker), words) for speaker, words in row.turns or ())
    return row.text, row.received or date.today(), turns


def default_readings(entries: Iterable[Entry], names: SpanModel | None = None) -> Iterable[Reading]:
    """The readings that ``triage.assess`` makes, marked by what was learned of names; spaCy is imported only here."""
    from triage.assess import readings

    return readings(entries, names)


def learned_readings(rows: Sequence[LabelledReport]) -> tuple[ReadTexts, SpanModel | None]:
    """How texts are read by what ``rows`` teach of names, and what that is."""
    from triage.learning.names import learn_names

    names = learn_names(rows)
    return partial(default_readings, names=names), names


def labels_of(rows: Sequence[LabelledReport]) -> tuple[str, ...]:
    """The label set of the data: our scheme's codes in its order, then all others by name."""
    from corpora.taxonomy import load_taxonomy

    order = {category.code: place for place, category in enumerate(load_taxonomy().categories)}
    found = {code for row in rows for code in row.categories or ()}
    return tuple(sorted(found, key=lambda code: (order.get(code, len(order)), code)))


def flags_of(rows: Sequence[LabelledReport]) -> tuple[str, ...]:
    """The yes-or-no questions that the data answer both ways."""
    told = {flag: {getattr(row, flag) for row in rows} for flag in FLAGS}
    return tuple(flag for flag in FLAGS if {True, False} <= told[flag])


def targets_of(rows: Sequence[LabelledReport], categories: Sequence[str], flags: Sequence[str]) -> Targets:
    """Targets of each row: 1 yes, 0 no, -1 where the row does not tell."""
    targets = np.full((len(rows), len(categories) + len(flags)), UNKNOWN, dtype=np.int8)
    for place, row in enumerate(rows):
        if row.categories is not None:
            targets[place, : len(categories)] = [code in row.categories for code in categories]
        for column, flag in enumerate(flags, start=len(categories)):
            answer = getattr(row, flag)
            if answer is not None:
                targets[place, column] = answer
    return targets


def forms_of(rows: Sequence[LabelledReport]) -> Forms:
    """Of each row 1 for a message as petition boards get them, 0 for another report, -1 where its set does not say."""
    told = (is_board_message(row) for row in rows)
    return np.array([UNKNOWN if answer is None else answer for answer in told], dtype=np.int8)


def groups_of(rows: Sequence[LabelledReport]) -> Groups:
    """Groups of rows that share a voice, a case or the very text: none may stand on both sides of a split."""
    keys: list[list[tuple[str, str]]] = []
    for row in rows:
        told = [("voice", row.voice), ("case", row.case), ("text", row.text.strip())]
        keys.append([(kind, value) for kind, value in told if value])
    return joined_groups(keys)


def training_set(rows: Sequence[LabelledReport], read: ReadTexts = default_readings) -> TrainingSet:
    """Readings and targets of labelled reports.

    Raises:
        BadInput: no row has a category.
    """
    categories, flags = labels_of(rows), flags_of(rows)
    if not categories:
        raise BadInput("data", "categories", "no row has categories to learn from.")
    readings = list(read(entry_of(row) for row in rows))
    targets = targets_of(rows, categories, flags)
    texts = numbers_of(row.text for row in rows)
    return TrainingSet(
        readings,
        categories,
        flags,
        targets,
        groups_of(rows),
        forms=forms_of(rows),
        texts=texts,
        rationales=rationales_of(rows, readings, categories, flags),
    )


def rationales_of(
    rows: Sequence[LabelledReport], readings: Sequence[Reading], categories: Sequence[str], flags: Sequence[str]
) -> Rationales | None:
    """The passages that rows mark, as places in their readings; None where no row marks any.

    A row that marks any label tells of each other label that it does not bear that no passage tells it; a label that it bears
    without passages stays untold, as where they all lie outside what is read (an operator's words). A referral is told by
    the passages of the wrongs in ``REFERRED``, or by those of all wrongs where there are none of these; what is urgent by its own.
    """
    column = {code: place for place, code in enumerate([*categories, *flags])}
    marked = np.zeros((len(rows), len(column)), np.bool_)
    passages: list[tuple[int, int, int, int]] = []
    for place, (row, reading) in enumerate(zip(rows, readings, strict=True)):
        own = _placed(row, reading)
        if own is None or row.categories is None:
            continue
        if row.refer:
            wrongs = [passage for passage in own if passage.label in row.categories]
            graver = [passage for passage in wrongs if passage.label in REFERRED]
            own += [passage._replace(label="refer") for passage in graver or wrongs]
        told = [passage for passage in own if passage.label in column]
        borne = {*row.categories} | {flag for flag in flags if getattr(row, flag) is not False}
        marked[place, [column[code] for code in column.keys() - borne | {passage.label for passage in told}]] = True
        passages += [(place, column[passage.label], passage.start, passage.end) for passage in told]
    if not passages:
        return None
    table = np.array(passages, np.int64)
    # What nobody marks anywhere is not known to be told by no passage
    marked[:, np.setdiff1d(np.arange(len(column)), table[:, 1])] = False
    return Rationales(marked, table)


def _placed(row: LabelledReport, reading: Reading) -> list[Rationale] | None:
    """A row's passages in what is read of it; None where it marks none, or another text is read."""
    from triage.assess.view import told_of

    if row.rationales is None:
        return None
    text, _, turns = entry_of(row)
    # A reading as long as its text is that text character by character, and need not be made once more
    same = len(reading.text) == len(text) == len(seen(text))
    plain = Normalised(reading.text, range(len(text))) if same else normalise(text)
    told = closed_up(told_of(text, turns, plain))
    if told.text != reading.text:
        return None
    placed = []
    for passage in row.rationales:
        start, end = bisect_left(told.starts, passage.start), bisect_left(told.starts, passage.end)
        if start < end:
            placed.append(Rationale(passage.label, start, end))
    return placed


def corpus_hash(rows: Iterable[LabelledReport]) -> str:
    """A short hash of all that training sees of the rows, in their order."""
    digest = sha256()
    for row in rows:
        told = (row.text, row.categories, row.refer, row.urgent, row.case, row.voice, row.turns, row.received)
        digest.update(repr((told, row.entities, row.rationales)).encode("utf-8", "surrogatepass"))
    return digest.hexdigest()[:16]
