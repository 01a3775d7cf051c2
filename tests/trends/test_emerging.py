"""The parts for readers: a new phrase is told and a verified case shown, and no name of the samples is in any file."""

from __future__ import annotations

import io
import secrets
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from corpora.reports import LabelledReport
from tests.packaged_reports import packaged_reports
from triage.model import (
    Access,
    Assessment,
    Channel,
    Entity,
    EntityKind,
    Kind,
    Language,
    Level,
    Point,
    Rank,
    Risk,
    Route,
    StaffRole,
    Submission,
    Way,
)
from triage.settings import Settings
from triage.store import WORKER, Accepted, Arrival, Assessed, Priority, Store
from triage.trends.composing import compose
from triage.trends.counted import shifted
from triage.trends.document import Document, Section, Tongue
from triage.trends.plain_words import harmless
from triage.trends.rendering import files_of

MONTH, PLANTED, A_MONTH = "2019-11", 14, 25
SCHEME = "他们用光伏租金冲抵集体分红。"


@pytest.fixture(scope="module")
def samples() -> list[LabelledReport]:
    return [row for row in packaged_reports() if row.language == "zh" and row.entities and len(row.text) > 150][
        : 9 * A_MONTH
    ]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory, samples: list[LabelledReport]) -> Iterator[Store]:
    """Nine months of sample reports in which the reader found no name; in the last a scheme that nobody told of before."""
    with Store.open(Settings(data_dir=tmp_path_factory.mktemp("emerging") / "data")) as opened:
        for at, row in enumerate(samples):
            back = at // A_MONTH
            planted = SCHEME if back == 0 and at < PLANTED else ""
            take_in(opened, shifted(MONTH, -back), planted + row.text)
        names = [row.report.id for row in opened.export(WORKER)][:A_MONTH]
        opened.funnel.bring([(name, "verification", datetime(2019, 11, 20, tzinfo=UTC)) for name in names], "t", WORKER)
        yield opened


def take_in(store: Store, month: str, text: str) -> str:
    at = datetime(int(month[:4]), int(month[5:]), 10, 4, tzinfo=UTC)
    (answer,) = store.receive([Arrival(Submission(text, Channel.WEB, at), secrets.token_hex(16))])
    assert isinstance(answer, Accepted)
    reading = Assessment(
        ("embezzlement",), {"embezzlement": 0.9}, True, 0.9, False, 0.1,
        Risk(Level.HIGH, 6.0, (Point("money_taken", 3.0),), ()), Language.ZH, Kind.ACCUSATION, Rank.VILLAGE,
        (Entity(EntityKind.PROGRAMME, text[:2], 0, 2),), {}, "linear/1", "m1", "t1", "p1",
    )  # fmt: skip
    route = Route(Way.OWN, "513431101", None, True, ())
    store.save_assessed([Assessed(answer.report_id, reading, route, Priority(Level.HIGH, 6.0, True), ())])
    return answer.report_id


def section(document: Document, name: str) -> Section | None:
    return next((one for one in document.sections if one.name == name), None)


def test_a_scheme_that_nobody_told_of_before_is_told_to_readers(store: Store) -> None:
    told = section(compose(store, WORKER, MONTH, ""), "emerging")
    assert told is not None
    assert told.readers_only
    assert "光伏租金" in told.sentences[0].zh or "租金冲抵" in told.sentences[0].zh or "光伏" in told.sentences[0].zh


def test_analysts_get_neither_phrases_nor_cases(store: Store) -> None:
    document = compose(store, Access("a", StaffRole.ANALYST, ("",)), MONTH, "")
    assert section(document, "emerging") is section(document, "typical") is None
    read = compose(store, WORKER, MONTH, "")
    assert all(one.readers_only for one in read.sections if one.name in {"emerging", "typical"})


def test_a_short_past_tells_no_phrase(store: Store) -> None:
    told = section(compose(store, WORKER, "2019-05", ""), "emerging")
    assert told is not None
    assert not told.tables
    assert "不足6个月" in told.sentences[0].zh


def test_no_name_of_the_samples_is_in_any_of_the_four_files(store: Store, samples: list[LabelledReport]) -> None:
    document = compose(store, WORKER, MONTH, "")
    typical = section(document, "typical")
    assert typical is not None
    assert 1 <= len(typical.tables[0].rows) <= 3
    files = files_of(document, (Tongue.ZH,))
    assert {name.rpartition(".")[2] for name in files} == {"html", "docx", "xlsx", "json"}
    marks = [one for row in samples for one in row.entities or () if one.kind in {"person", "contact"}]
    names = {one.text for one in marks if len(one.text) > 1 and not any(word in one.text for word in harmless())}
    assert len(names) > 200
    for name, data in files.items():
        told = readable(data)
        assert "典型案例" in told, name
        assert not {one for one in names if one in told}, name


def readable(data: bytes) -> str:
    """All text of a file, of the parts of a packed one too."""
    if not zipfile.is_zipfile(io.BytesIO(data)):
        return data.decode()
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        return "".join(packed.read(one).decode("utf-8", "ignore") for one in packed.namelist() if one.endswith(".xml"))
