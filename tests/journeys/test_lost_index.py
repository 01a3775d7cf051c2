"""A folder of the embedded index that is lost while nothing runs: nobody is shown an empty answer for it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from letters import send

from triage.cli.running import work_here_or_wait
from triage.cli.workplace import furnish, own_access
from triage.errors import NoIndex
from triage.pipeline import open_finder
from triage.search.finding import Question
from triage.settings import get_settings
from triage.store import Store

TEXTS = (
    "村支书周大成把危房改造补助每户扣下三千元。",
    "会计虚报人数，领走了低保金。",
    "村主任把公益林补偿款发给了亲戚。",
)


@pytest.mark.embedded
def test_a_search_without_its_index_says_so_and_the_next_work_brings_all_back(data_dir: Path) -> None:
    settings = get_settings()
    with Store.open(settings) as store:
        furnish(store, settings)
        access = own_access(store, settings)
        assert open_finder(settings, store).find(Question(), access).total == 0
        send(store, *TEXTS[:2])
        work_here_or_wait(store, settings)
        shutil.rmtree(settings.index_dir)
        with pytest.raises(NoIndex, match="triage reindex"):
            open_finder(settings, store).find(Question(), access)
        send(store, TEXTS[2])
        work_here_or_wait(store, settings)
        assert open_finder(settings, store).find(Question(), access).total == 3
        shutil.rmtree(settings.index_dir)
        work_here_or_wait(store, settings)
        assert open_finder(settings, store).find(Question(), access).total == 3
