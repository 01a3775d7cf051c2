"""What the worker still reads again by the model in use."""

from __future__ import annotations

from triage.cli.output import AsJson, print_json, say, table


def reassess(as_json: AsJson = False) -> None:
    """Tell how many reports wait to be read again by the model in use, and by which models they were read last."""
    from triage.cli.workplace import opened_store
    from triage.learning.reassessing import made_by_of
    from triage.settings import get_settings

    settings = get_settings()
    with opened_store(settings) as store:
        found = store.rereading.read_by(made_by_of(settings))
    waiting = sum(one.reports - one.decided for one in found if not one.in_use)
    per_minute = settings.reassess_per_minute
    if as_json:
        print_json({"waiting": waiting, "per_minute": per_minute, "read_by": found})
        return
    rows = [
        (one.reader, one.model, "in use" if one.in_use else "", str(one.reports), str(one.decided)) for one in found
    ]
    table("上次由谁读 · Read last by", ("reader", "model", "", "reports", "decided"), rows)
    say(
        f"  待重读 {waiting} 件 · {waiting} reports wait to be read again by the model in use; on decided ones people's word holds."
    )
    if not per_minute:
        say("  已关闭 · Nothing is read again: TRIAGE_REASSESS_PER_MINUTE is 0.")
    elif waiting:
        minutes = -(-waiting // per_minute)
        say(
            f"  空闲时每分钟至多 {per_minute} 件，至少还需 {minutes} 分钟 · At most {per_minute} a minute while nothing else waits, so {minutes} min or more."
        )
