"""Why a report stands as high as it does, in words: each code of a risk decision and of a route, in Chinese and English.

Codes are what is stored and what others rely on; words are made when somebody reads them. A code that an office gave to a
rule of its own stands as it is.
"""

from __future__ import annotations

from collections.abc import Mapping

from corpora.taxonomy import load_taxonomy
from triage.summaries import WORDS, Lack

_RULES: Mapping[str, tuple[str, str]] = {
    "urgent_danger": ("反映有现实危险，至少为高", "tells of present danger: at least high"),
    "danger_to_life": ("提到轻生等生命危险，至少为高", "speaks of suicide or danger to life: at least high"),
    "retaliation": ("反映打击报复，至少为高", "tells of retaliation: at least high"),
    "retaliation_with_violence": (
        "反映以暴力或威胁打击报复，且情况紧急，定为重大",
        "tells of retaliation by violence or threat, and urgently: grave",
    ),
    "taken_money": (
        "反映侵占、骗取或索贿，建议移送，至少为高",
        "tells of money taken and should be referred: at least high",
    ),
    "taken_large_sum": (
        "反映侵占、骗取或索贿，数额巨大，建议移送，定为重大",
        "tells of a large sum taken and should be referred: grave",
    ),
    "ordered_falsehood": ("反映按上级要求造假，至少为高", "tells of falsehood ordered from above: at least high"),
    "high_official": ("被反映人职务较高，至少为高", "accuses somebody in a high post: at least high"),
    "referred": ("建议移送，至少为中", "should be referred: at least medium"),
    "fast_reader": ("快速阅读的结果更高，取其高者", "the fast reader found more: the higher level holds"),
}
_POINTS: Mapping[str, tuple[str, str]] = {
    "amount": ("提到的最大金额", "the largest sum told"),
    "people": ("受影响的人或户较多", "many people or households are harmed"),
    "accused_rank": ("被反映人的职务级别", "the level of whoever is accused"),
    "refer": ("建议移送", "should be referred"),
    "urgent": ("情况紧急", "urgent"),
    "case": ("同一事项另有来件", "other reports tell of the same matter"),
}
_EVIDENCE: Mapping[str, tuple[str, str]] = {
    "document": ("书面材料", "documents"),
    "photo": ("照片", "photographs"),
    "recording": ("录音录像", "recordings"),
    "witness": ("证人", "witnesses"),
    "account": ("账目", "accounts"),
}
_DANGER: Mapping[str, tuple[str, str]] = {
    "violence": ("暴力或限制自由", "violence, or somebody held"),
    "threat": ("威胁", "threats"),
    "self_harm": ("轻生", "self-harm"),
    "hunger": ("断粮", "hunger"),
    "shelter": ("无处居住", "no shelter"),
    "illness": ("病重无医", "illness without care"),
    "clash": ("群体冲突", "a clash of many"),
    "vanishing": ("证据或资金可能消失", "evidence or money about to vanish"),
}


def told(code: str) -> tuple[str, str]:
    """What a code of a risk decision means, in Chinese and in English."""
    kind, _, value = code.partition(":")
    if kind == "label" and value:
        known = load_taxonomy().get(value)
        return (f"反映{known.zh}", f"tells of {known.en}") if known else (f"反映{value}", f"tells of {value}")
    for name, words, zh, en in (
        ("evidence", _EVIDENCE, "有证据线索：", "names evidence: "),
        ("danger", _DANGER, "提到危险：", "speaks of danger: "),
    ):
        if kind == name and value in words:
            return zh + words[value][0], en + words[value][1]
    return _RULES.get(code) or _POINTS.get(code) or (code, code)


def lack_told(lack: Lack) -> tuple[str, str]:
    """What a summary lacks of the caller's words, in Chinese and in English; of a danger also which."""
    zh, en = WORDS[lack.kind]
    which = told(lack.code) if lack.code else ("", "")
    return f"工单摘要未见{zh}" + (f"（{which[0]}）" if which[0] else ""), f"the summary does not have {en}" + (
        f" ({which[1]})" if which[1] else ""
    )


def in_both(code: str) -> str:
    """The words of both languages beside each other, for a terminal: a code that has none stands as it is, once."""
    zh, en = told(code)
    return zh if zh == en else f"{zh} · {en}"
