"""Answers of the writer come back to whoever waits, and a loop that is gone stops nobody."""

from __future__ import annotations

import asyncio

from store_samples import arrival

from api.landing import Landing, _Seat
from triage.store import Accepted, GroupCommit, Store


def test_answers_come_back_to_each_who_waits(store: Store) -> None:
    intake = GroupCommit(store)

    async def post(number: int) -> list[Accepted]:
        landing = Landing(intake)
        return await asyncio.gather(*(landing.written(arrival(f"第{one}封信")) for one in range(number)))

    told = asyncio.run(post(30))
    intake.close()
    texts = {report.id: report.text for report in store.claim(100)}
    assert [texts[one.report_id] for one in told] == [f"第{one}封信" for one in range(30)]


def test_an_answer_to_a_loop_that_has_ended_does_not_end_the_writer(store: Store) -> None:
    """A service that ends at once leaves behind whom it had handed in; the writer has others to write for."""
    intake = GroupCommit(store, max_wait_ms=200)

    async def leave() -> None:
        landing = Landing(intake)
        intake.hand_in(arrival("留下的信"), _Seat(landing, asyncio.get_running_loop().create_future()))

    asyncio.run(leave())
    assert intake.submit(arrival("一起来的信")).result(timeout=30).report_id
    assert intake.submit(arrival("后来的信")).result(timeout=30).report_id
    intake.close()
    assert {report.text for report in store.claim(100)} == {"后来的信", "一起来的信", "留下的信"}
