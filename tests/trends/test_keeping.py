"""Reports as files, and the clock that writes last month's once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from document_samples import document
from month_samples import take_in

from triage.errors import BadInput
from triage.settings import Settings
from triage.store import Store
from triage.trends import keeping
from triage.trends.document import Document, Number
from triage.trends.document_form import read_document
from triage.trends.keeping import MonthlyClock, due_month, first_working_day, write_files
from triage.trends.reports import month_before

MORNING = datetime(2019, 12, 2, 1, 0, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(Settings(data_dir=tmp_path / "data", office_division="51")) as opened:
        yield opened


@pytest.fixture
def a_month(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A month with reports, composed as a small document; the months asked for are noted."""
    asked: list[str] = []

    def made(_store: Store, _access: object, month: str, place: str, *_: object) -> Document:
        asked.append(f"{month} {place}")
        return document()

    monkeypatch.setattr("triage.trends.reports.compose", made)
    return asked


def test_the_first_working_day_is_neither_on_a_weekend_nor_a_holiday() -> None:
    days = {first_working_day(*month) for month in ((2019, 11), (2019, 12), (2020, 1), (2020, 10), (2021, 5))}
    assert days == {date(2019, 11, 1), date(2019, 12, 2), date(2020, 1, 2), date(2020, 10, 9), date(2021, 5, 6)}


@pytest.mark.parametrize(
    ("moment", "month"),
    [
        (datetime(2019, 12, 1, 12, tzinfo=UTC), None),  # a Sunday
        (datetime(2019, 12, 1, 15, 59, tzinfo=UTC), None),
        (datetime(2019, 12, 1, 16, 0, tzinfo=UTC), "2019-11"),  # Monday has begun in Shanghai
        (datetime(2019, 12, 31, 15, 59, tzinfo=UTC), "2019-11"),
        (datetime(2020, 1, 1, 16, 0, tzinfo=UTC), "2019-12"),
    ],
)
def test_a_report_is_due_from_the_first_working_day_in_shanghai_on(moment: datetime, month: str | None) -> None:
    assert due_month(moment) == month


def test_the_month_before_january_is_december() -> None:
    assert (month_before(date(2020, 1, 2)), month_before(date(2019, 12, 2))) == ("2019-12", "2019-11")


def test_the_clock_writes_last_month_once_for_the_owner_alone(store: Store, a_month: list[str]) -> None:
    clock = MonthlyClock(store)
    done = clock.tick(MORNING)
    assert done is not None
    done.join(60)
    folder = store.settings.data_dir / "reports" / "2019-11"
    assert sorted(path.name for path in folder.iterdir()) == [
        *("2019-11_51.json", "2019-11_51_en.docx", "2019-11_51_en.html", "2019-11_51_en.xlsx"),
        *("2019-11_51_zh.docx", "2019-11_51_zh.html", "2019-11_51_zh.xlsx"),
    ]
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}
    assert {path.stat().st_mode & 0o777 for path in (folder, folder.parent)} == {0o700}
    assert [path.name for path in folder.parent.iterdir()] == ["2019-11"]
    asked = len(a_month)
    assert MonthlyClock(store).tick(MORNING + timedelta(days=5)) is None
    assert clock.tick(MORNING + timedelta(days=5)) is None
    assert len(a_month) == asked
    assert set(a_month) == {"2019-11 51"}
    assert store.closed.newest("2019-11", "51", keeping.WORKER) is None


def test_a_month_without_reports_gets_no_files(store: Store) -> None:
    clock = MonthlyClock(store)
    done = clock.tick(MORNING)
    assert done is not None
    done.join(60)
    assert not (store.settings.data_dir / "reports").exists()
    assert clock.tick(MORNING + timedelta(hours=2)) is None


def test_a_month_without_reports_after_others_is_told_as_one(store: Store) -> None:
    for month in ("2019-08", "2019-09", "2019-10"):
        for _ in range(6):
            take_in(store, month, "513431", ("bribery",))
    done = MonthlyClock(store).tick(MORNING)
    assert done is not None
    done.join(60)
    told = read_document((store.settings.data_dir / "reports" / "2019-11" / "2019-11_51.json").read_bytes())
    assert told.total == Number(0)
    assert told.headline[0].en == "Reports received in this month: 0; in the month before: 6."


def test_a_failure_is_told_without_its_words_and_tried_again_after_an_hour(
    store: Store, a_month: list[str], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise OSError("no room for 金丝雀")

    monkeypatch.setattr(keeping, "files_told", broken)
    clock = MonthlyClock(store)
    for moment in (MORNING, MORNING + timedelta(minutes=61)):
        failed = clock.tick(moment)
        assert failed is not None
        failed.join(60)
        assert clock.tick(moment + timedelta(minutes=59)) is None
    assert caplog.text.count("OSError") == 2
    assert "金丝雀" not in caplog.text
    assert len(a_month) == 2


def test_files_replace_what_stands_there_and_belong_to_their_owner_alone(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_bytes(b"old and longer")
    (tmp_path / "a.html").chmod(0o644)
    (path,) = write_files({"a.html": b"new"}, tmp_path)
    assert path.read_bytes() == b"new"
    assert path.stat().st_mode & 0o777 == 0o600
    with pytest.raises(BadInput) as caught:
        write_files({"b": b""}, tmp_path / "a.html")
    assert caught.value.field == "out"
