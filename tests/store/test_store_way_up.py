"""Sealed reports: who sees a stub, what is in a packet, what is written down, and that nothing else of it is to be seen."""

from __future__ import annotations

import ast
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select
from store_samples import RECEIVED, arrival, flip, outcome, set_version, staff, without_packets

from triage.codes import ABOVE_OFFICE, AT_ONCE, HEADS_OFFICE, IN_OFFICE
from triage.errors import BadInput, Corrupt, NotAllowed, NotFound
from triage.model import Access, Channel, Reporter, ReporterState, Route, Speaker, StaffRole, Turn, Way
from triage.settings import Settings
from triage.store import WORKER, Accepted, Assessed, Store
from triage.store.packet_tables import packets
from triage.store.packets import make_pair, open_packet, read_opener, read_recipient
from triage.store.tables import audit, matters

ROOT = Path(__file__).resolve().parents[2]
PRIVATE, PUBLIC, FINGERPRINT = make_pair()
OPENER, RECIPIENT = read_opener(PRIVATE), read_recipient(PUBLIC)
CUSTODIAN = staff(role=StaffRole.CUSTODIAN)
SUPERVISOR = staff(role=StaffRole.SUPERVISOR)
Seal = Callable[..., str]


@pytest.fixture
def seal(store: Store, take: Callable[..., str]) -> Seal:
    """Takes a report in and seals it, as the desk of a county; gives its id."""

    def sealed(text: str = "县纪委书记何有田收了钱", reason: str = HEADS_OFFICE, *more: str, **changes: object) -> str:
        report_id = take(text, **changes)
        store.save_assessed([Assessed(report_id, None, Route(Way.SEALED_UP, "513431", None, False, (reason, *more)))])
        return report_id

    return sealed


def passed(store: Store, report_id: str, access: Access = CUSTODIAN) -> bytes:
    """Passes a report up and gives its packet."""
    kept: list[bytes] = []
    store.way_up.pass_up(report_id, RECIPIENT, "513431", access, kept.append)
    (packet,) = kept
    return packet


def acts(store: Store, *named: str) -> list[tuple[str, str, str]]:
    """Acts of these names in the audit log: what, to which reports, by whom."""
    with store._database.read() as connection:
        rows = connection.execute(select(audit).where(audit.c.act.in_(named)).order_by(audit.c.seq)).all()
    return [(row.act, row.subjects, row.principal) for row in rows]


def test_a_stub_tells_where_a_report_goes_and_why_and_nothing_else(store: Store, seal: Seal) -> None:
    one = seal(title="何有田", place="昭觉县城北乡", reporter=Reporter("黄莺儿", "13911112222"))
    (stub,) = store.way_up.stubs(CUSTODIAN)
    assert (stub.report_id, stub.way, stub.division, stub.office_id) == (one, Way.SEALED_UP, "513431", None)
    assert (stub.reason, stub.received_at, stub.since) == (HEADS_OFFICE, RECEIVED, RECEIVED)
    assert (stub.passed_up_at, stub.packets) == (None, 0)
    assert acts(store, "sealed") == [("sealed", one, "somebody")]


def test_open_and_waiting_reports_are_no_stubs(store: Store, route: Callable[..., str], take: Seal, seal: Seal) -> None:
    route()
    take()
    mine = seal()
    assert [stub.report_id for stub in store.way_up.stubs(CUSTODIAN)] == [mine]


def test_a_report_that_was_open_before_is_a_stub_of_its_last_route(
    store: Store, route: Callable[..., str], seal: Seal
) -> None:
    later = route(division="513431100")
    store.save_assessed([Assessed(later, None, Route(Way.SEALED_UP, "513431", None, False, (ABOVE_OFFICE,)))])
    (stub,) = store.way_up.stubs(CUSTODIAN)
    assert (stub.report_id, stub.division, stub.reason) == (later, "513431", ABOVE_OFFICE)


@pytest.mark.parametrize(
    "role", [role for role in StaffRole if role not in {StaffRole.CUSTODIAN, StaffRole.SUPERVISOR}], ids=str
)
def test_other_roles_learn_of_no_sealed_report(store: Store, seal: Seal, role: StaffRole) -> None:
    report_id = seal()
    with pytest.raises(NotAllowed):
        store.way_up.stubs(staff(role=role))
    with pytest.raises(NotAllowed):
        passed(store, report_id, staff(role=role))
    assert acts(store, "open_sealed", "pass_up", "sealed") == []


def test_a_supervisor_sees_what_is_above_the_office_and_never_what_is_on_its_head(store: Store, seal: Seal) -> None:
    """The head works under such a token, and whoever else does is his subordinate."""
    head, above = seal(), seal("省长收了两百万", reason=ABOVE_OFFICE)
    assert [stub.report_id for stub in store.way_up.stubs(SUPERVISOR)] == [above]
    assert {stub.report_id for stub in store.way_up.stubs(CUSTODIAN)} == {head, above}
    assert head not in {stub.report_id for stub in store.way_up.stubs(SUPERVISOR)}


def test_a_report_on_the_head_and_on_somebody_above_is_no_stub_for_a_supervisor(store: Store, seal: Seal) -> None:
    both = seal("何有田和市长都收了钱", HEADS_OFFICE, ABOVE_OFFICE)
    assert store.way_up.stubs(SUPERVISOR) == []
    assert [(stub.report_id, stub.reason) for stub in store.way_up.stubs(CUSTODIAN)] == [(both, HEADS_OFFICE)]


def test_a_supervisor_makes_no_packet_and_nothing_is_opened_for_him(store: Store, seal: Seal) -> None:
    """Any public key does for a packet, his own too, and he may be the one whom it accuses."""
    above = seal(reason=ABOVE_OFFICE)
    with pytest.raises(NotAllowed):
        passed(store, above, SUPERVISOR)
    assert acts(store, "open_sealed", "pass_up") == []
    assert open_packet(passed(store, above), OPENER).report == above


def test_a_report_of_danger_says_so_and_no_other_does(store: Store, seal: Seal) -> None:
    danger, plain = seal("他说今晚要来杀我", HEADS_OFFICE, AT_ONCE), seal()
    assert {stub.report_id: stub.at_once for stub in store.way_up.stubs(CUSTODIAN)} == {danger: True, plain: False}
    assert sorted(at_once for _, at_once in store.way_up.waiting()) == [False, True]


@pytest.mark.parametrize("role", [StaffRole.CUSTODIAN, StaffRole.SUPERVISOR], ids=str)
def test_whoever_is_kept_from_reports_on_somebody_sees_no_stub_at_all(
    store: Store, seal: Seal, role: StaffRole
) -> None:
    """Nothing that is kept of a sealed report tells whom it accuses, so it may always be the one."""
    report_id = seal(reason=ABOVE_OFFICE)
    kept_from = staff(role=role, excluded=("anybody",))
    assert store.way_up.stubs(kept_from) == []
    with pytest.raises(NotFound if role is StaffRole.CUSTODIAN else NotAllowed):
        passed(store, report_id, kept_from)


@pytest.mark.parametrize(("place", "seen"), [("51", 1), ("513431", 1), ("513431100", 0), ("62", 0)])
def test_a_stub_is_seen_within_the_places_of_a_token(store: Store, seal: Seal, place: str, seen: int) -> None:
    seal()
    assert len(store.way_up.stubs(staff(place, role=StaffRole.CUSTODIAN))) == seen


def test_the_packet_holds_the_whole_report_as_it_came(store: Store, seal: Seal) -> None:
    turns = (Turn(Speaker.AGENT, "您好", "接线员"), Turn(Speaker.CALLER, "县纪委书记收了钱", "来电人", 3.5, 9.0))
    report_id = seal(
        "接线员：您好\n来电人：县纪委书记收了钱\n",
        turns=turns,
        title="反映何有田",
        place="昭觉县",
        external_id="工单-77",
        channel=Channel.HOTLINE,
        reporter=Reporter("黄莺儿", "13911112222"),
    )
    opened = open_packet(passed(store, report_id), OPENER)
    assert opened.report == report_id
    assert opened.content == {
        "body": {
            "text": "接线员：您好\n来电人：县纪委书记收了钱\n",
            "title": "反映何有田",
            "place": "昭觉县",
            "external_id": "工单-77",
            "turns": [
                ["agent", "接线员", "您好", None, None],
                ["caller", "来电人", "县纪委书记收了钱", 3.5, 9.0],
            ],
        },
        "channel": "hotline",
        "received": RECEIVED.isoformat(),
        "reporter": {"name": "黄莺儿", "contact": "13911112222"},
        "from": "513431",
    }


def test_passing_up_is_written_down_with_the_key_and_shown_in_the_stub(store: Store, seal: Seal) -> None:
    report_id = seal(reporter=Reporter("黄莺儿", None))
    passed(store, report_id)
    (stub,) = store.way_up.stubs(CUSTODIAN)
    assert stub.passed_up_at is not None
    assert datetime.now(UTC) - stub.passed_up_at < timedelta(minutes=1)
    assert stub.packets == 1
    told = acts(store, "open_sealed", "pass_up")
    assert told == [("open_sealed", report_id, "somebody"), ("pass_up", report_id, "somebody")]
    with store._database.read() as connection:
        details = connection.execute(select(audit.c.detail).where(audit.c.act.in_(["open_sealed", "pass_up"])))
        assert all(FINGERPRINT in detail for detail in details.scalars())
        row = connection.execute(select(packets)).one()
    assert (row.direction, row.key, row.principal, row.role) == ("up", FINGERPRINT, "somebody", "custodian")


def test_a_lost_packet_is_made_again_and_both_are_written_down(store: Store, seal: Seal) -> None:
    report_id = seal()
    first, second = passed(store, report_id), passed(store, report_id)
    assert first != second
    assert open_packet(first, OPENER).content == open_packet(second, OPENER).content
    (stub,) = store.way_up.stubs(CUSTODIAN)
    assert stub.packets == 2
    with store._database.read() as connection:
        states = connection.execute(select(matters.c.state).where(matters.c.report_id == report_id)).scalars().all()
        assert states == ["received", "passed_up"]
        assert stub.passed_up_at == connection.execute(select(func.min(packets.c.at))).scalar_one()


def test_a_receipt_does_not_tell_whether_its_report_was_passed_up(store: Store, seal: Seal) -> None:
    report_id = seal(receipt="r1")
    before = store.status("r1")
    assert before is not None
    assert before.state is ReporterState.RECEIVED
    passed(store, report_id)
    after = store.status("r1")
    assert after == before, "nor when: what stays open here is told of just so"


def test_a_packet_that_cannot_be_kept_leaves_the_report_where_it_was_and_the_opening_in_the_log(
    store: Store, seal: Seal
) -> None:
    report_id = seal(receipt="r1")

    def full(_: bytes) -> None:
        raise OSError("No space left on device")

    with pytest.raises(OSError, match="No space"):
        store.way_up.pass_up(report_id, RECIPIENT, "513431", CUSTODIAN, full)
    (stub,) = store.way_up.stubs(CUSTODIAN)
    assert (stub.passed_up_at, stub.packets) == (None, 0)
    assert [act for act, *_ in acts(store, "open_sealed", "pass_up")] == ["open_sealed"]
    standing = store.status("r1")
    assert standing is not None
    assert standing.state is ReporterState.RECEIVED


def test_an_open_report_and_one_that_is_not_there_are_not_passed_up(store: Store, route: Callable[..., str]) -> None:
    for other in (route(), "0" * 26):
        with pytest.raises(NotFound, match="no sealed report"):
            passed(store, other)


def test_a_sealed_report_that_is_damaged_says_so(store: Store, seal: Seal) -> None:
    report_id = seal()
    flip(store, report_id, "reports")
    with pytest.raises(Corrupt):
        passed(store, report_id)
    (stub,) = store.way_up.stubs(CUSTODIAN)
    assert stub.passed_up_at is None


def test_only_those_that_have_not_gone_up_wait_by_their_receipt(store: Store, seal: Seal) -> None:
    early, late = RECEIVED - timedelta(days=9), RECEIVED
    seal(received_at=early)
    passed(store, seal(received_at=late))
    assert store.way_up.waiting() == [(early, False)]


def test_the_clock_of_a_report_that_another_office_had_begins_with_its_packet(store: Store, seal: Seal) -> None:
    packet = open_packet(passed(store, seal()), OPENER)
    above = seal("何有田和市长都收了钱", reason=ABOVE_OFFICE, channel=Channel.TRANSFER)
    for _ in range(2):
        store.way_up.came_in(above, packet, "513431", FINGERPRINT, WORKER)
    stub = next(stub for stub in store.way_up.stubs(CUSTODIAN) if stub.report_id == above)
    assert stub.received_at == RECEIVED
    assert datetime.now(UTC) - stub.since < timedelta(minutes=1)
    assert store.way_up.waiting() == [(stub.since, False)]
    assert [act for act, *_ in acts(store, "packet_in")] == ["packet_in"] * 2
    with store._database.read() as connection:
        came = connection.execute(select(func.count()).where(packets.c.direction == "in")).scalar_one()
    assert came == 1


def test_a_second_sealing_adds_no_second_stub(store: Store, seal: Seal) -> None:
    report_id = seal()
    store.save_assessed([outcome(report_id), outcome(report_id, way=Way.SEALED_UP)])
    assert [stub.report_id for stub in store.way_up.stubs(CUSTODIAN)] == [report_id]


def test_a_key_to_which_nothing_can_be_sealed_leaves_no_packet(store: Store, seal: Seal) -> None:
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey

    from triage.store.packets import Recipient

    report_id = seal()
    weak = Recipient(X25519PublicKey.from_public_bytes(bytes(32)), "0" * 32)
    with pytest.raises(BadInput):
        store.way_up.pass_up(report_id, weak, "513431", CUSTODIAN, lambda _: pytest.fail("nothing may be kept"))


@pytest.mark.parametrize(
    ("name", "user"),
    [
        ("unwrap_for_the_way_up", "triage/store/way_up.py"),
        # The office's own words, for whoever holds the receipt
        ("unwrap_for_the_reporter", "triage/store/dialogue.py"),
    ],
)
def test_nothing_in_the_program_but_the_way_up_opens_what_is_sealed(name: str, user: str) -> None:
    users = [
        path.relative_to(ROOT).as_posix()
        for top in ("triage", "api", "models")
        for path in (ROOT / top).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Attribute) and node.attr == name
    ]
    assert set(users) == {user}
    assert users.count("triage/store/dialogue.py") <= 1


def test_a_report_that_an_earlier_version_sealed_has_its_stub_too(settings: Settings) -> None:
    with Store.open(settings) as store:
        (answer,) = store.receive([arrival("省长收了两百万", receipt="r1")])
        assert isinstance(answer, Accepted)
        way = Route(Way.SEALED_UP, "513431", None, False, (ABOVE_OFFICE,))
        store.save_assessed([Assessed(answer.report_id, None, way)])
        with store._database.write() as connection:
            without_packets(connection)
            set_version(connection, "0011")
    with Store.open(settings, migrate=True) as store:
        assert [stub.report_id for stub in store.way_up.stubs(CUSTODIAN)] == [answer.report_id]
        assert open_packet(passed(store, answer.report_id), OPENER).content["body"] == {"text": "省长收了两百万"}


@pytest.mark.parametrize("reasons", [(IN_OFFICE,), (IN_OFFICE, ABOVE_OFFICE)])
def test_a_report_on_a_colleague_is_no_stub_for_a_supervisor(
    store: Store, seal: Seal, reasons: tuple[str, ...]
) -> None:
    mine = seal("县纪委干部何有田收了钱", *reasons)
    assert store.way_up.stubs(SUPERVISOR) == []
    assert [stub.report_id for stub in store.way_up.stubs(CUSTODIAN)] == [mine]
