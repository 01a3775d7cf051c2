"""A county office and the one above it: letters that are sealed, and the way from one data folder to the other."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from triage.intake import Limits, new_code, normalised_code, receipt_hash, submission
from triage.model import Channel, ReporterState
from triage.settings import Settings, get_settings
from triage.store import Accepted, Arrival, Store

HEAD = "何有田"
LETTER = "昭觉县纪委书记何有田收了城北乡包工头十二万元，把危房改造的举报压下不办，请上级来查。"
ABOVE_BOTH = "四川省省长刘大川收了老板两百万，把昭觉县的扶贫项目全给了他的亲戚。"
PLAIN = "柳林村村支书周大成把三十二户的危房改造补助每户扣下三千元。"
REPORTER = {"name": "黄莺儿", "contact": "13911112222"}
SECRETS = (HEAD, "包工头", "十二万", "黄莺儿", "13911112222", "城北乡")
Run = Callable[..., Any]


def in_the_county(patch: pytest.MonkeyPatch) -> Settings:
    """Makes the data folder in use that of a county's office."""
    for name, value in (("DIVISION", "513431"), ("LEVEL", "3"), ("HEAD", HEAD)):
        patch.setenv(f"TRIAGE_OFFICE_{name}", value)
    get_settings.cache_clear()
    return get_settings()


@dataclass(frozen=True)
class Above:
    """The office above, which has a data folder and keys of its own, and reads by the same model."""

    folder: Path
    models: Path
    run: Run

    @contextmanager
    def there(self) -> Iterator[None]:
        """Goes over to it, and back."""
        if not self.folder.exists():
            shutil.copytree(self.models, self.folder / "models")
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("TRIAGE_DATA_DIR", str(self.folder))
            patch.setenv("TRIAGE_OFFICE_DIVISION", "5134")
            patch.setenv("TRIAGE_OFFICE_LEVEL", "4")
            patch.delenv("TRIAGE_OFFICE_HEAD")
            patch.delenv("TRIAGE_DATABASE_URL", raising=False)
            get_settings.cache_clear()
            yield
        get_settings.cache_clear()

    def keys(self, name: str = "keys") -> Path:
        """A folder with a new pair of its keys."""
        folder = self.folder.parent / name
        with self.there():
            self.run("sealed", "make-key", "--out", str(folder))
        return folder


def send(store: Store, text: str, received: datetime | None = None, **fields: Any) -> str:
    """Takes a letter in and gives its receipt."""
    told = {"text": text, **fields} | ({"received": received} if received else {})
    code = new_code()
    arrival = Arrival(submission(told, Limits(), channel=Channel.LETTER), receipt_hash(store.subkey("receipt"), code))
    (answer,) = store.receive([arrival])
    assert isinstance(answer, Accepted)
    return code


def told_to_the_reporter(store: Store, receipt: str) -> ReporterState:
    standing = store.status(receipt_hash(store.subkey("receipt"), normalised_code(receipt)))
    assert standing is not None
    return standing.state


def stubs(run: Run) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(run("sealed", "list", "--json").stdout)["sealed"]
    return found
