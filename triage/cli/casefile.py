"""A case and what was done to it in words, Chinese and English, and as one JSON object."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from triage.casefile import CaseFile, Near, SuggestedLink
from triage.cases import told
from triage.cases.portrait import Portrait, yuan_en, yuan_zh
from triage.cli.showing import LEVELS
from triage.judging import FOLLOWS, Acted
from triage.model import Act, Judgement, Role, Verdict
from triage.store import Decision

ACTS = {
    Act.JUDGE: "判断 judged",
    Act.MERGE: "合并 merged",
    Act.SPLIT: "拆分 split",
    Act.MOVE: "移动 moved",
    Act.UNDO: "撤回 took back",
}
VERDICTS = {
    Verdict.SAME: "同一事项 same",
    Verdict.DIFFERENT: "不同事项 different",
    Verdict.UNSURE: "不确定 unsure",
    Verdict.WITHDRAWN: "撤回 withdrawn",
}
ROLES = {
    Role.ACCUSED: "被反映人 accused",
    Role.VICTIM: "受害人 victim",
    Role.WITNESS: "证人 witness",
    Role.REPORTER: "反映人 reporter",
}
_MOST_LINES = 30


def describe(found: CaseFile) -> Iterator[str]:
    """The lines that show a case."""
    portrait, case = found.portrait, found.case
    yield f"{portrait.title.zh or '—'} · {portrait.title.en or '—'}"
    yield f"案件 case {case.id}  {len(case.report_ids)} 件举报 reports  (--as-of {found.as_of})"
    yield from _news(found)
    yield from _facts(portrait)
    yield ""
    yield "举报 · Reports"
    for report_id, row in found.rows.items():
        day, level = f"{row.report.received_at:%Y-%m-%d}", LEVELS[row.priority.level.value]
        yield f"  {report_id}  {day}  {row.report.channel.value}  {level}"
        text = row.report.text
        for passage in found.passages.get(report_id, ())[:6]:
            mark = "=" if passage.agrees else "≠"
            yield f"    {mark} «{text[passage.start : passage.end]}» {passage.zh} · {passage.en} ({len(passage.others)})"
    yield from _judgements(found)
    yield from describe_links(found.suggestions)
    yield from _nearby(found.near)


def describe_act(acted: Acted) -> Iterator[str]:
    """The lines that tell what an act changed."""
    yield f"{ACTS[acted.act]}: {acted.withdraws or acted.decision}"
    if not acted.foreseen:
        yield "案件过大，结果在处理后可见 · A case this large is seen again once the worker has been there."
    elif not acted.changed:
        yield "没有举报改变案件 · No report changes its case."
    for change in acted.changed:
        yield f"  {change.report_id}: {change.before or '单独 alone'} → {change.after or '单独 alone'}"
    yield FOLLOWS
    if acted.act is not Act.UNDO:
        yield f"撤回 · To take it back: triage case undo {acted.decision}"


def object_of_act(acted: Acted) -> dict[str, object]:
    """What an act changed as one JSON object, under the names that the API answers with."""
    return {
        "decision": acted.decision,
        "act": acted.act,
        "changed": [{"report": one.report_id, "before": one.before, "after": one.after} for one in acted.changed],
        "cases": [{"id": case.id, "reports": case.report_ids} for case in acted.cases],
        "foreseen": acted.foreseen,
        "as_of": acted.as_of,
        "withdraws": acted.withdraws,
        "follows": FOLLOWS,
    }


def object_of(found: CaseFile) -> dict[str, object]:
    """A case as one JSON object, under the names of `GET /v1/cases/{id}`."""
    return {
        "id": found.case.id,
        "title": found.portrait.title,
        "reports_total": len(found.case.report_ids),
        "reports": [
            {
                "id": row.report.id,
                "received_at": row.report.received_at,
                "channel": row.report.channel,
                "categories": row.assessment.categories,
                "risk": row.priority.level,
                "place": row.report.division,
                "passages": found.passages.get(row.report.id, ()),
            }
            for row in found.rows.values()
        ],
        "timeline": found.portrait.timeline,
        "parties": [
            {"names": one.names, "posts": one.posts, "role": one.role, "roles": one.roles, "reports": one.report_ids}
            for one in found.portrait.parties
        ],
        "places": found.portrait.places,
        "sums": [
            {"yuan": one.fen // 100 if one.fen % 100 == 0 else one.fen / 100, "reports": one.report_ids}
            for one in found.portrait.sums
        ],
        "links": [_link(line, found) for line in found.lines],
        "decisions": [_decision(one, may_undo=one.id in found.undoable) for one in found.decisions],
        "suggestions": found.suggestions,
        "similar": found.near,
        "changes": found.changes,
        "as_of": found.as_of,
    }


def _decision(one: Decision, *, may_undo: bool) -> dict[str, object]:
    return {
        "id": one.id,
        "act": one.act,
        "by": one.by,
        "made_at": one.made_at,
        "note": one.note,
        "reports": one.report_ids,
        "withdraws": one.withdraws,
        "withdrawn_by": one.withdrawn_by,
        "may_undo": may_undo,
    }


def _link(line: Judgement, found: CaseFile) -> dict[str, object]:
    return {
        "report": line.report_id,
        "other": line.other_id,
        "verdict": line.verdict,
        "probability": line.score,
        "by": line.by,
        "made_at": line.made_at,
        "reasons": _reasons(line, found),
        "codes": line.features,
        "joined": line.joined,
        "decision": line.decision or None,
        "withdraws": line.withdraws or None,
        "may_undo": line.decision in found.undoable,
    }


def _reasons(line: Judgement, found: CaseFile) -> tuple[str, ...]:
    one, other = (
        found.rows[end].assessment.entities if end in found.rows else () for end in (line.report_id, line.other_id)
    )
    return told(line, one, other)


def _news(found: CaseFile) -> Iterator[str]:
    changes = found.changes
    if changes.since is None:
        yield "您第一次打开 · Your first look at it"
        return
    yield f"上次查看 last seen {changes.since:%Y-%m-%d %H:%M} UTC"
    for words, ids in (
        ("新增 joined", changes.joined),
        ("离开 left", changes.left),
        ("他人处理 acts of others", changes.decisions),
    ):
        if ids:
            yield f"  {words}: {' '.join(ids)}"


def _facts(portrait: Portrait) -> Iterator[str]:
    if portrait.parties:
        yield ""
        yield "人员 · Parties"
    for party in portrait.parties[:_MOST_LINES]:
        role = ROLES[party.role] if party.role else ""
        parts = (" / ".join(party.names), " / ".join(party.posts), role, f"×{len(party.report_ids)}")
        yield "  " + "  ".join(filter(None, parts))
    if portrait.places:
        yield "地点 · Places: " + "，".join(
            f"{min(one.names, key=len)} ×{len(one.report_ids)}" for one in portrait.places[:12]
        )
    if portrait.sums:
        yield "金额 · Sums: " + "，".join(
            f"{yuan_zh(one.fen)} ({yuan_en(one.fen)}) ×{len(one.report_ids)}" for one in portrait.sums[:12]
        )
    if portrait.timeline:
        yield "时间 · Timeline"
    for moment in portrait.timeline[:_MOST_LINES]:
        when = moment.first if moment.first == moment.last else f"{moment.first} – {moment.last}"
        what = (
            f"收到 received, {moment.channel.value}" if moment.channel else f"«{moment.text}» ×{len(moment.report_ids)}"
        )
        yield f"  {when}  {what}"


def _judgements(found: CaseFile) -> Iterator[str]:
    yield ""
    yield "判断 · Judgements"
    for line in found.lines[-_MOST_LINES:]:
        when = f"{line.made_at:%Y-%m-%d}" if line.made_at else ""
        yield f"  {line.report_id} – {line.other_id}  {VERDICTS[line.verdict]}  {line.score:.2f}  {line.by}  {when}"
        for reason in _reasons(line, found):
            yield f"    {reason}"
    for one in found.decisions:
        state = "已撤回 taken back" if one.withdrawn_by else "可撤回 may be undone" if one.id in found.undoable else ""
        yield f"  {ACTS[one.act]}  {one.id}  {one.by}  {one.made_at:%Y-%m-%d %H:%M}  {state}".rstrip()
        if one.note:
            yield f"    {one.note}"


def describe_links(links: Sequence[SuggestedLink]) -> Iterator[str]:
    """The lines that show links which wait for a person."""
    if links:
        yield ""
        yield "待确认的关联 · Suggested links (triage case judge REPORT OTHER same|different|unsure)"
    for link in links:
        yield f"  {link.report} – {link.other}  {link.probability:.0%}  {LEVELS[link.level.value]}"
        for reason in link.reasons:
            yield f"    {reason}"


def _nearby(near: Sequence[Near]) -> Iterator[str]:
    if near:
        yield ""
        yield "相近案件 · Similar cases"
    for one in near:
        yield f"  {one.case}  {one.place or '—'}  {one.title.zh}"
        yield f"    {one.reason}"
