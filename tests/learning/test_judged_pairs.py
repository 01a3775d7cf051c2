"""What people judged of pairs of reports can be learned from, as far as their word holds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from test_evaluating_a_reader import assessment

from triage.cases import Matter, to_bytes
from triage.errors import NotAllowed
from triage.learning.judged import judged_pairs
from triage.model import Access, Channel, Judgement, Level, Route, StaffRole, Submission, Verdict, Way
from triage.settings import Settings
from triage.store import WORKER, Accepted, Arrival, Assessed, Priority, Store

TEXTS = ("村支书扣下危房款三千元。", "村支书把危房款扣了三千。", "路灯坏了没有人修。", "低保名单没有公示。")
NOW = datetime(2019, 11, 5, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(Settings(data_dir=tmp_path / "data")) as opened:
        yield opened


def keep(store: Store) -> list[str]:
    """Four reports with facts for linking, in two places."""
    sent = [Arrival(Submission(text, Channel.WEB, NOW), f"receipt{number}") for number, text in enumerate(TEXTS)]
    ids = [answer.report_id for answer in store.receive(sent) if isinstance(answer, Accepted)]
    store.save_assessed(
        [
            Assessed(
                one,
                assessment(),
                Route(Way.OWN, "52" if place == 3 else "51", None, False, ()),
                Priority(Level.LOW, 0.0, False),
                link_facts=to_bytes(Matter.of(one, TEXTS[place], (), date(2019, 11, 5))),
            )
            for place, one in enumerate(ids)
        ]
    )
    return ids


def somebody(*places: str, role: StaffRole = StaffRole.REVIEWER) -> Access:
    return Access("somebody", role, places or ("",))


def test_the_last_word_of_a_person_is_what_can_be_learned(store: Store) -> None:
    a, b, c, d = keep(store)
    said = [
        Judgement(b, a, Verdict.SAME, 0.9, "links-1", joined=True),
        Judgement(b, a, Verdict.DIFFERENT, 1.0, "person:x"),
        Judgement(b, a, Verdict.SAME, 1.0, "person:y", joined=True),
        Judgement(c, a, Verdict.DIFFERENT, 1.0, "person:x"),
        Judgement(d, a, Verdict.SAME, 1.0, "person:x", joined=True),
        Judgement(c, b, Verdict.UNSURE, 0.5, "person:x"),
    ]
    store.save_judgements(said, WORKER)
    found = {(pair.one.id, pair.other.id): pair.same for pair in judged_pairs(store, somebody())}
    assert found == {(a, b): True, (a, c): False, (a, d): True}
    mine = {(pair.one.id, pair.other.id) for pair in judged_pairs(store, somebody("51"))}
    assert mine == {(a, b), (a, c)}


def test_who_does_not_review_learns_nothing_of_it(store: Store) -> None:
    with pytest.raises(NotAllowed):
        next(judged_pairs(store, somebody(role=StaffRole.ANALYST)))
