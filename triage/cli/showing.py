"""A report with its assessment in words, for the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from corpora.taxonomy import load_taxonomy
from triage.model import Assessment, EntityKind, Rank, Reasons, Review
from triage.parties import Party, parties_in
from triage.shown import Shown
from triage.store.dialogue_rows import Spoken
from triage.store.seen import Seen
from triage.telling import in_both, lack_told


def describe(told: Shown) -> Iterator[str]:
    """The lines that show a report: what it is, what was understood, why, and the text itself."""
    row = told.row
    report, assessment = row.report, row.assessment
    yield f"{report.id}  {report.received_at:%Y-%m-%d %H:%M} UTC  {report.channel.value}  place {report.division or '—'}  stage {report.stage.value}"
    yield f"risk {row.priority.level.value} ({row.priority.score:.1f})  refer {_yes(assessment.refer)}  urgent {_yes(assessment.urgent)}  kind {assessment.kind.value}  accused {assessment.accused_level.name.lower()}"
    if row.review is not None:
        yield from decided(row.review, row.machine)
    if row.case_id:
        yield f"case {row.case_id}"
    for code in assessment.categories:
        yield f"  {label(code)}  {assessment.probabilities.get(code, 0.0):.2f}  {_because(report.text, assessment.reasons.get(code))}"
    for rule in assessment.risk.floor:
        yield f"  {in_both(rule.code)}{_passages(report.text, rule.spans)}"
    for point in assessment.risk.points:
        yield f"  {point.points:+.1f} {in_both(point.code)}{_passages(report.text, point.spans)}"
    if row.case_points:
        yield f"  {row.case_points:+.1f} {in_both('case')}"
    for party in parties_in(assessment.entities):
        yield f"  {_party(party)}"
    for entity in assessment.entities:
        if entity.kind is EntityKind.PERSON:
            continue
        value = entity.role or entity.code or (f"{entity.fen / 100:g} yuan" if entity.fen else "") or entity.first or ""
        yield f"  {entity.kind.value}: {entity.text} {value}".rstrip()
    yield from _lacks(told)
    yield f"read by {assessment.reader}, model {assessment.model}"
    yield f"decide on this with --seen {Seen.of(row)}"
    if told.masked and told.covered:
        yield f"已遮盖 {told.covered} 处 · {told.covered} places that tell who wrote it are covered: triage show {report.id} --unmasked --reason CODE (contact_reporter, verify, protect, handle, other)"
    elif told.covered:
        yield f"原文，平时遮盖 {told.covered} 处 · As it came; {told.covered} places of it are covered otherwise. This look stands in the log."
    yield ""
    yield report.text


def _lacks(told: Shown) -> Iterator[str]:
    """The lines that tell what the caller says and the summary of the work order lacks, each with the caller's words."""
    text = told.row.report.text
    if told.lacks:
        yield "来电人所述、工单摘要未见，请核对 · Told by the caller and not in the summary; please compare:"
    for lack in told.lacks:
        zh, en = lack_told(lack)
        first, last = lack.passage
        yield f"  {zh} · {en}: {text[lack.start : lack.end]} «{text[first:last].strip()}»"


def spoken_of(spoken: Spoken, report_id: str) -> Iterator[str]:
    """The lines that say that there are messages about a report, and what it adds to."""
    if spoken.adds_to is not None:
        yield f"补充自 adds to {spoken.adds_to}"
    if spoken.count and spoken.newest is not None:
        yield f"来往消息 messages {spoken.count}, newest {spoken.newest:%Y-%m-%d %H:%M} UTC: triage message list {report_id}"


DECISIONS = {"confirm": "确认 confirmed", "correct": "更正 corrected", "reject": "否定 rejected"}
STRATA = {
    "near_refer": "接近移送线 near refer",
    "floor_unlikely": "规则判重而概率低 floor, unlikely",
    "readers_disagree": "两读不一 readers disagree",
    "no_label": "无类别 no label",
    "few_reviews": "少复核类别 few reviews",
    "routine_refer": "抽查已移送 routine, refer",
    "routine": "抽查 routine",
    "chosen": "自选 chosen",
    "rejected": "已否定待更正 rejected, to be corrected",
}


def decided(review: Review, machine: Assessment | None = None) -> Iterator[str]:
    """The lines that tell a person's decision, and what it was made of."""
    yield f"人工复核 {DECISIONS[review.decision.value]} {review.made_at:%Y-%m-%d %H:%M} UTC by {review.by} ({review.role.value}), of model {review.model}"
    if machine is not None:
        read = labels(machine.categories) or "—"
        yield f"  机器原读 the machine had read: {read}, refer {_yes(machine.refer)}, urgent {_yes(machine.urgent)}"
    if review.lowered:
        yield f"  由人降低 lowered by a person: {', '.join(review.lowered)}"
    if review.note:
        yield f"  备注 note: {review.note}"


def label(code: str) -> str:
    """A category in words, for people who do not know the codes."""
    known = load_taxonomy().get(code)
    return f"{code} {known.zh}" if known else code


def labels(codes: Sequence[str]) -> str:
    """Categories by their Chinese names, for a table; a code of somebody's own scheme stands as it is."""
    taxonomy = load_taxonomy()
    return "、".join(known.zh if (known := taxonomy.get(code)) else code for code in codes)


LEVELS = {"low": "低 low", "person": "待人工 person", "medium": "中 medium", "high": "高 high", "grave": "重大 grave"}
RANKS = {
    "none": "—", "village": "村 village", "township": "乡镇 township", "county": "县 county",
    "prefecture": "市 prefecture", "province": "省 province", "nation": "国家 nation",
}  # fmt: skip


WHY = {
    "refer": "建议移送",
    "urgent": "紧急",
    "risk_high": "高风险",
    "risk_grave": "重大风险",
    "person_reads": "需人工阅读",
    "handled_below": "下级办理",
    "other_place": "外地",
    "office_accused": "就近机关被反映",
    "place_unknown": "地点不明",
    "person_decided": "人工认定",
    "decided_before": "此前已定",
}


def why(codes: Sequence[str]) -> str:
    """Reasons of a route in Chinese words, for a table; an unknown code stands as it is."""
    return "、".join(WHY.get(code, code) for code in codes)


def gravest_reason(text: str, assessment: Assessment) -> str:
    """The strongest passage behind the first category, for a table."""
    reasons = [assessment.reasons[code] for code in assessment.categories if code in assessment.reasons]
    return "; ".join(filter(None, (_because(text, reason, most=2) for reason in reasons[:2])))


def _because(text: str, reasons: Reasons | None, most: int = 3) -> str:
    if reasons is None:
        return ""
    best = sorted((span for span in reasons.spans if span.weight > 0), key=lambda span: -span.weight)[:most]
    return " ".join(f"«{text[span.start : span.end].strip()}» {span.weight:+.2f}" for span in best)


_ROLES = {
    "accused": "被反映人 accused",
    "victim": "受害人 victim",
    "witness": "证人 witness",
    "reporter": "反映人 reporter",
}


def _party(party: Party) -> str:
    """王建国（王书记、老王） with role and level, in a line."""
    others = "、".join(dict.fromkeys(one.text for one in party.mentions if one.text != party.name))
    role = _ROLES[party.role.value] if party.role else "person"
    rank = "" if party.rank is Rank.NONE else f" {RANKS[party.rank.name.lower()]}"
    return f"{role}: {party.name}{f'（{others}）' if others else ''}{rank}"


def _passages(text: str, spans: tuple[tuple[int, int], ...]) -> str:
    return "".join(f" «{text[start:end]}»" for start, end in spans[:3])


def _yes(value: bool) -> str:
    return "yes" if value else "no"
