"""Who speaks: the labels that lines of transcripts begin with, for those who take transcripts in and those who read texts."""

from __future__ import annotations

from triage.codes import Speaker
from triage.model import Turn

LABELS: dict[str, Speaker] = {
    **dict.fromkeys(
        ("来电人", "来电者", "市民", "群众", "举报人", "反映人", "诉求人", "来访人", "客户", "用户", "主叫", "来话人", "致电人", "诉求者", "反映者", "举报者", "乙", "b", "答",
         "caller", "customer", "citizen", "client", "reporter", "user", "complainant"),
        Speaker.CALLER,
    ),
    **dict.fromkeys(
        ("坐席", "座席", "话务员", "接线员", "接线人员", "接听员", "接听人", "接听人员", "客服", "客服人员", "工作人员", "值班员", "值班人员",
         "接访人", "接访员", "接访人员", "受理员", "受理人", "受理人员", "接待人", "接待员", "被叫", "工号", "接话员", "受话人", "接警员", "电话员", "坐席人员", "坐席代表", "热线人员", "客服代表", "甲", "a", "问",
         "agent", "operator", "staff", "hotline", "clerk"),
        Speaker.AGENT,
    ),
    **dict.fromkeys(("其他", "其他人", "旁人", "第三方", "系统", "other", "system", "third party"), Speaker.OTHER),
}  # fmt: skip
"""Labels in lower case. Those of one character tell speakers only where a text is known to be a transcript: in a letter
问 is as often the writer, and 甲 and A number a list."""
SUMMARIES = (
    "工单摘要", "摘要", "诉求摘要", "内容摘要", "来电摘要", "通话摘要", "工单小结", "通话小结", "工单内容", "summary", "call summary",
)  # fmt: skip
"""What a hotline calls what its operator wrote of a call."""
SUMMARY = SUMMARIES[0]
"""The label under which a work order's summary stands among the turns of its call: the operator's words, read like the caller's."""
SIGNING = frozenset(["举报人", "反映人", "诉求人", "来访人", "举报者", "反映者", "诉求者", "complainant", "reporter"])
"""Labels that stand before a name at the end of a letter as well."""


def is_summary(turn: Turn) -> bool:
    """Whether a turn is the summary of the work order that its call came with."""
    return turn.speaker is Speaker.CALLER and turn.label == SUMMARY
