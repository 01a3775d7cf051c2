"""A worker without a trained reader: reports get the outcome that a test gives them, and the index is fed for real."""

from __future__ import annotations

from typing import Any, cast

from sqlalchemy import insert

from tests.store.store_samples import arrival, outcome
from triage.pipeline import Pipeline, desk_of, open_index, told_place
from triage.policy import load_policy
from triage.search import SearchIndex
from triage.store import Accepted, Store
from triage.store.tables import outbox

PETITION = (
    "四川省凉山州昭觉县柳林村村支书周大成从2016年起把三十二户的危房改造补助每户扣下三千元，一共九万六千元，说是用来修村里的路，"
    "可是路到今天也没有修，问他他就骂人，还说谁去告就取消谁家的低保，请上级派人来看一看我们住的房子。"
)


def routed(store: Store, text: str, **changes: Any) -> str:
    (answer,) = store.receive([arrival(text)])
    assert isinstance(answer, Accepted)
    store.save_assessed([outcome(answer.report_id, **changes)])
    return answer.report_id


def worker(store: Store, index: SearchIndex | None = None) -> Pipeline:
    """A worker that feeds the index, reading and linking left out."""
    settings = store.settings
    index = index or open_index(settings, store)
    return Pipeline(store, cast(Any, None), index, desk_of(settings), (), load_policy(), told_place, cast(Any, None))


def fed(store: Store) -> None:
    """As the worker feeds the index."""
    made = worker(store)
    while made.feed():
        pass
    made.index.close()


def index_again(store: Store, report_id: str) -> None:
    """A line in the outbox as any change makes it."""
    with store._database.write() as connection:
        connection.execute(insert(outbox), [{"report_id": report_id}])
