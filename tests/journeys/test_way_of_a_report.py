"""Twenty reports on their way: received, assessed, routed, linked, indexed, found, proposed, counted."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from triage.cli.importing import import_file
from triage.cli.workplace import furnish, own_access
from triage.errors import BadInput, NotFound
from triage.intake import Limits, new_code, receipt_hash, submission
from triage.model import Access, Assessment, Channel, Judgement, Report, StaffRole, Stage, Verdict
from triage.pipeline import Pipeline, assemble, fill_if_empty, open_finder, reconcile
from triage.search.finding import Question
from triage.settings import Settings, get_settings
from triage.store import WORKER, Arrival, Store
from triage.trends.counted import count
from triage.trends.document import Hidden, Number

EVERYWHERE = Access("tester", StaffRole.INVESTIGATOR, ("",))
PETITION = (
    "四川省凉山州昭觉县柳林村村支书周大成从2016年起把三十二户的危房改造补助每户扣下三千元，一共九万六千元，说是用来修村里的路，"
    "可是路到今天也没有修，问他他就骂人，还说谁去告就取消谁家的低保，请上级派人来看一看我们住的房子。"
)
TEXTS = (
    PETITION,
    PETITION.replace("派人来看一看", "派人下来看一看"),
    "请问今年的雨露计划什么时候可以申请，需要带哪些材料？",
    "甘肃省定西市临洮县白沙村去年脱贫名单上有我家，可是没有人来问过，字也不是我签的，家里的房子还是危房。",
    "村里的路修得好，谢谢扶贫工作队！",
    "四川省省长收了老板两百万，把扶贫项目全给了他的亲戚。",
    "The village head of Liulin asked 2,000 yuan from each household before he signed the housing papers.",
    "བོད་ཡིག་གི་སྙན་ཞུ་འདི་ལ་གཟིགས་རོགས།",
    *(f"我们{name}村的公益岗位工资拖了{months}个月没有发，问乡里说没有钱。" for name, months in
      zip("甲乙丙丁戊己庚辛壬癸子丑", range(3, 15), strict=True)),
)  # fmt: skip


def send(store: Store, texts: tuple[str, ...], **fields: object) -> list[str]:
    limits = Limits(now=datetime(2019, 11, 20, 4, 0, tzinfo=UTC))
    key = store.subkey("receipt")
    arrivals = [
        Arrival(submission({"text": text, **fields}, limits, channel=Channel.LETTER), receipt_hash(key, new_code()))
        for text in texts
    ]
    return [answer.report_id for answer in store.receive(arrivals) if hasattr(answer, "report_id")]


@pytest.fixture
def settings(on_each_database: Settings) -> Settings:
    return on_each_database


def worked(store: Store, settings: Settings) -> Pipeline:
    pipeline = assemble(settings, store)
    pipeline.work_until_empty(7)
    pipeline.index.close()
    return pipeline


def test_twenty_reports_go_the_whole_way_and_are_found_and_proposed(store: Store, settings: Settings) -> None:
    ids = send(store, TEXTS)
    worked(store, settings)
    counts = store.counts(WORKER)
    assert counts[Stage.INDEXED] == len(TEXTS)
    answer = open_finder(settings, store).find(Question(q='"危房改造补助每户扣下"'), EVERYWHERE)
    assert {hit.id for hit in answer.hits} == set(ids[:2])
    snippet = answer.hits[0].snippet
    assert [snippet.text[start:end] for start, end in snippet.spans] == ["危房改造补助每户扣下"]
    proposed = {row.referral.report_id for row in store.referrals(EVERYWHERE)}
    assert set(ids[:2]) <= proposed
    assert {row.report.id for row in store.gravest(EVERYWHERE, limit=4)} >= set(ids[:2])
    (case,) = store.cases(EVERYWHERE)
    assert set(case.report_ids) == set(ids[:2])


def test_a_report_that_changes_its_case_is_found_under_the_other_one(store: Store, settings: Settings) -> None:
    one, other, third = send(store, TEXTS[:3])
    pipeline = worked(store, settings)
    finder = open_finder(settings, store)

    def of_case(named: str) -> set[str]:
        return {hit.id for hit in finder.find(Question(q=f"案件:{named}"), EVERYWHERE).hits}

    assert of_case(one) == of_case(other) == {one, other}
    assert of_case(third) == {third}, "a report alone is found by its own number"
    parted = Judgement(other, one, Verdict.DIFFERENT, 1.0, "tester")
    joined = Judgement(third, other, Verdict.SAME, 1.0, "tester", joined=True)
    store.save_judgements([parted, joined], EVERYWHERE)
    pipeline.work_until_empty(7)
    assert of_case(one) == {one}
    assert of_case(third) == {other, third}
    assert reconcile(store, pipeline.index).total == 0
    pipeline.index.close()


def test_what_no_reader_understands_goes_to_a_person(store: Store, settings: Settings) -> None:
    ids = send(store, TEXTS[7:8])
    worked(store, settings)
    row = store.row(ids[0], EVERYWHERE)
    assert row.priority.level == "person"
    assert row.assessment.language == "other"
    assert row.assessment.categories == ()


def test_reasons_and_entities_are_spans_of_the_text_as_it_came(store: Store, settings: Settings) -> None:
    (report_id,) = send(store, (PETITION,))
    worked(store, settings)
    row = store.row(report_id, EVERYWHERE)
    text, assessment = row.report.text, row.assessment
    assert all(text[entity.start : entity.end] == entity.text for entity in assessment.entities)
    told = {(entity.kind.value, entity.text) for entity in assessment.entities}
    assert {("person", "周大成"), ("position", "村支书"), ("amount", "九万六千元")} <= told
    assert {entity.code for entity in assessment.entities if entity.kind == "place"} == {"513431"}
    for reasons in assessment.reasons.values():
        assert all(0 <= span.start < span.end <= len(text) for span in reasons.spans)


@pytest.mark.parametrize("told", [{"TRIAGE_OFFICE_LEVEL": "3"}, {}])
def test_a_county_desk_seals_a_report_on_someone_above_it(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch, told: dict[str, str]
) -> None:
    for name, value in {"TRIAGE_OFFICE_DIVISION": "513431", **told}.items():
        monkeypatch.setenv(name, value)
    get_settings.cache_clear()
    settings = get_settings()
    with Store.open(settings) as store:
        furnish(store, settings)
        (sealed,) = send(store, ("四川省省长刘某某收了老板两百万，把昭觉县的扶贫项目全给了他的亲戚。",))
        worked(store, settings)
        assert store.counts(WORKER)[Stage.SEALED] == 1
        access = own_access(store, settings)
        with pytest.raises(NotFound):
            store.row(sealed, access)
        finder = open_finder(settings, store)
        assert finder.find(Question(q="扶贫项目"), access).total == 0
        assert store.referrals(access) == []


def test_a_reader_of_another_county_sees_and_counts_nothing(store: Store, settings: Settings) -> None:
    ids = send(store, TEXTS[:2])
    worked(store, settings)
    elsewhere = Access("tester", StaffRole.INVESTIGATOR, ("62",))
    answer = open_finder(settings, store).find(Question(q="危房改造"), elsewhere)
    assert (answer.total, answer.hits, answer.facets["channel"]) == (0, (), {})
    with pytest.raises(NotFound):
        store.row(ids[0], elsewhere)
    # A place without reports is told like one of a few
    assert count(store, elsewhere, "2019-11", "62", 1).value("2019-11", "62") == Hidden()


def test_one_poisonous_report_stops_no_other_and_can_be_sent_again(
    store: Store, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = send(store, TEXTS[:5])
    pipeline = assemble(settings, store)
    whole = pipeline.assessor.pipe

    def tripping(reports: Iterable[Report]) -> Iterator[Assessment]:
        batch = list(reports)
        if any(report.id == ids[3] for report in batch):
            raise ValueError("a text that must not be repeated")
        return whole(batch)

    monkeypatch.setattr(pipeline.assessor, "pipe", tripping)
    pipeline.work_until_empty(5)
    assert store.counts(WORKER)[Stage.INDEXED] == 4
    (stuck,) = store.stuck(WORKER)
    assert (stuck.report_id, stuck.code, stuck.tries) == (ids[3], "ValueError", 1)
    monkeypatch.undo()
    assert store.retry([ids[3]]) == 1
    pipeline.work_until_empty(5)
    pipeline.index.close()
    assert store.stuck(WORKER) == []


class Killed(BaseException):
    """The end of a worker at which nothing of it is asked."""


def test_a_worker_killed_over_a_long_report_has_kept_those_that_it_claimed_with_it(
    store: Store, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    (long,) = send(store, (TEXTS[0] * 300,))
    ids = send(store, TEXTS[1:4])
    pipeline = assemble(settings, store)
    whole = pipeline.assessor.pipe

    def killing(reports: Iterable[Report]) -> Iterator[Assessment]:
        batch = list(reports)
        if any(report.id == long for report in batch):
            raise Killed
        return whole(batch)

    monkeypatch.setattr(pipeline.assessor, "pipe", killing)
    with pytest.raises(Killed):
        pipeline.process(10)
    pipeline.index.close()
    assert set(store.rows([long, *ids], WORKER)) == set(ids)


def test_a_report_that_cannot_be_routed_stops_no_other(
    store: Store, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(store, TEXTS[:2])
    (odd,) = send(store, TEXTS[2:3], place="某某地方")
    pipeline = assemble(settings, store)

    def tripping(_: str) -> str:
        raise KeyError("a place that must not be repeated")

    monkeypatch.setattr(pipeline, "place_code", tripping)
    pipeline.work_until_empty(5)
    pipeline.index.close()
    assert store.counts(WORKER)[Stage.INDEXED] == 2
    assert [(line.report_id, line.code) for line in store.stuck(WORKER)] == [(odd, "KeyError")]


def test_a_worker_killed_between_keeping_and_joining_leaves_no_repeat_without_its_case(
    store: Store, settings: Settings
) -> None:
    ids = send(store, TEXTS[:2])
    killed = assemble(settings, store)
    killed.process(10)
    assert store.cases(EVERYWHERE) == []
    worked(store, settings)
    (case,) = store.cases(EVERYWHERE)
    assert set(case.report_ids) == set(ids)


def test_a_lost_index_is_noticed_and_filled_again(store: Store, settings: Settings) -> None:
    ids = send(store, TEXTS[:6])
    pipeline = worked(store, settings)
    pipeline.index.apply([], [ids[1], ids[4]])
    drift = reconcile(store, pipeline.index, repair=False)
    assert (drift.missing, drift.stale, drift.surplus) == (2, 0, 0)
    assert reconcile(store, pipeline.index).total == 2
    assert reconcile(store, pipeline.index).total == 0
    pipeline.index.rebuild(iter(()))
    fill_if_empty(pipeline)
    assert reconcile(store, pipeline.index).total == 0
    pipeline.index.close()


def test_a_second_import_of_the_same_file_adds_nothing(store: Store, settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / "letters.jsonl"
    rows = [{"id": number, "text": text} for number, text in enumerate(TEXTS)] + [{"id": 99, "text": ""}]
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    receipts = tmp_path / "receipts.jsonl"
    first = import_file(store, settings, path, source=None, columns={}, receipts=receipts)
    again = import_file(store, settings, path, source=None, columns={}, receipts=receipts)
    assert (first.taken, first.repeated, first.refused) == (len(TEXTS), 0, 1)
    assert (again.taken, again.repeated) == (0, len(TEXTS))
    assert first.reasons == {"text:empty": 1}
    refused = Path(first.refused_file or "")
    assert refused.stat().st_mode & 0o777 == 0o600
    assert len(refused.read_text("utf-8").splitlines()) == 1
    assert len(receipts.read_text("utf-8").splitlines()) == len(TEXTS)


def test_nothing_is_taken_where_its_receipts_cannot_be_kept(store: Store, settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / "letters.jsonl"
    path.write_text(json.dumps({"text": TEXTS[0]}) + "\n", encoding="utf-8")
    with pytest.raises(BadInput, match="Receipts cannot be written to this file") as refused:
        import_file(store, settings, path, source=None, columns={}, receipts=tmp_path)
    assert (refused.value.field, refused.value.rule) == ("receipts", "unwritable")
    kept = tmp_path / "receipts.jsonl"
    assert import_file(store, settings, path, source=None, columns={}, receipts=kept).taken == 1
    assert len(kept.read_text("utf-8").splitlines()) == 1


def test_what_stands_before_the_damage_of_a_file_is_taken(store: Store, settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / "letters.jsonl"
    lines = "".join(json.dumps({"text": text}, ensure_ascii=False) + "\n" for text in TEXTS[:2]) + "{"
    path.write_bytes(lines.encode("utf-16")[:-1])
    found = import_file(store, settings, path, source=None, columns={})
    assert (found.taken, found.refused, found.reasons) == (2, 1, {"file:encoding": 1})


def test_the_figures_of_a_month_equal_counting_by_hand(store: Store, settings: Settings) -> None:
    send(store, TEXTS)
    worked(store, settings)
    counted = count(store, EVERYWHERE, "2019-11", "", 1)
    rows = list(store.export(EVERYWHERE))
    assert counted.number("2019-11", "") == len(rows) == len(TEXTS)
    for code in {code for row in rows for code in row.assessment.categories}:
        assert counted.number("2019-11", "", code) == sum(code in row.assessment.categories for row in rows)
    assert counted.parts("2019-11", "channel", ()) == {"letter": Number(len(TEXTS))}
