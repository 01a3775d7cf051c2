"""No word of a report stands in clear: not in the files of the database, not in its log, not in an error."""

from __future__ import annotations

import logging
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import SQLAlchemyError
from store_samples import RECEIVED, arrival, assessment, outcome, staff

from triage.model import Channel, Entity, EntityKind, Reporter, Speaker, StaffRole, Turn, Way
from triage.settings import Settings
from triage.store import WORKER, Accepted, Store
from triage.store.backup import backup
from triage.store.packets import make_pair, read_recipient
from triage.store.tables import reports

CANARIES = ("金丝雀村", "黄莺儿", "13911112222", "红嘴相思")
FOUND = [canary.encode() for canary in CANARIES] + [canary.encode("utf-16-le") for canary in CANARIES]


def full_life(store: Store) -> str:
    """A transcript with a reporter, an import row and a sealed letter go the whole way; the id of the first."""
    turns = (Turn(Speaker.CALLER, "黄莺儿扣了金丝雀村的钱", "红嘴相思"),)
    reporter = Reporter("黄莺儿", "13911112222")
    answers = store.receive(
        [
            arrival(
                "红嘴相思：黄莺儿扣了金丝雀村的钱\n", turns=turns, reporter=reporter, title="黄莺儿", place="金丝雀村"
            ),
            arrival("黄莺儿 13911112222", source="金丝雀村登记", row="黄莺儿", external_id="红嘴相思"),
            arrival("金丝雀村", key="k" * 64),
        ]
    )
    first, second, third = (answer.report_id for answer in answers if isinstance(answer, Accepted))
    entity = Entity(EntityKind.PERSON, "黄莺儿", 5, 8)
    store.claim(10)
    store.save_assessed(
        [
            outcome(first, assessment=assessment(entities=(entity,)), link_facts="黄莺儿，金丝雀村".encode()),
            outcome(second, way=Way.SEALED_UP),
            outcome(third),
        ]
    )
    store.outbox_done([item.seq for item in store.outbox_batch(10)])
    store.report(first, staff())
    packets = store.settings.data_dir.parent / "packets"
    packets.mkdir(exist_ok=True)
    custodian = staff(role=StaffRole.CUSTODIAN)
    store.way_up.pass_up(second, read_recipient(make_pair()[1]), "", custodian, (packets / "one.sealed").write_bytes)
    store.fail([third], "assess_error")
    store.seal_audit()
    return first


@pytest.mark.embedded
def test_no_canary_stands_in_database_log_or_backup(
    settings: Settings, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with Store.open(settings) as store:
        report_id = full_life(store)
        backup(settings, tmp_path / "backup.db")
        files = [path for path in tmp_path.rglob("*") if path.is_file()]
        assert {"triage.db", "triage.db-wal", "backup.db"} <= {path.name for path in files}
        # What stands in clear is found by this search: ids do.
        assert report_id.encode() in (tmp_path / "backup.db").read_bytes()
        for path in files:
            data = path.read_bytes()
            assert [canary for canary in FOUND if canary in data] == [], path.name
    assert [canary for canary in CANARIES if canary in caplog.text] == []


def test_error_of_the_database_repeats_no_value(store: Store) -> None:
    row = {"id": "1", "stage": "黄莺儿", "channel": Channel.API.value, "received_at": RECEIVED}
    with pytest.raises(SQLAlchemyError) as error, store._database.write() as connection:
        connection.execute(insert(reports), [row])
    assert "黄莺儿" not in str(error.value)


WRITER = """
import sys
from pathlib import Path
sys.path[:0] = sys.argv[3:]
from store_samples import arrival
from triage.settings import Settings
from triage.store import Store
store = Store.open(Settings(data_dir=Path(sys.argv[1]), database_url=sys.argv[2] or None))
number = 0
while True:
    batch = [arrival(str(number + step), receipt=f"r{number + step}") for step in range(20)]
    store.receive(batch)
    print(number + 19, flush=True)
    number += 20
"""


@pytest.mark.fault
def test_what_was_acknowledged_survives_kill_9(settings: Settings) -> None:
    folders = [str(Path(__file__).parent), str(Path(__file__).parents[2])]
    process = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(settings.data_dir), settings.database_url or "", *folders],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    acknowledged = -1
    for line in process.stdout:
        acknowledged = int(line)
        if acknowledged >= 400:
            process.send_signal(signal.SIGKILL)
            break
    acknowledged = max([acknowledged, *map(int, process.stdout)])
    process.stdout.close()
    process.wait(timeout=30)
    with Store.open(settings) as store:
        assert all(store.status(f"r{number}") is not None for number in range(acknowledged + 1))
        texts = [report.text for report in store.claim(5000)]
        assert texts == [str(number) for number in range(len(texts))]
        assert len(texts) % 20 == 0
        store.verify_audit()
        assert store.counts(WORKER)
