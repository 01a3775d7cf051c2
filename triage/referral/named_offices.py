"""Where a text names an office that reports go to, by the words that letters have for it.

In: normalised text; out: kind, first and last character of each mention, without the place before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

DISCIPLINE, DEPARTMENT = "discipline", "department"
OWN = "own"
"""The office that a letter speaks to: 你们单位, 贵委."""

_LEVELS = "省市州盟县区旗镇乡"
_ROOMS = "案件审理室|审理室|案件监督管理室|案管室|审查调查室|监督检查室|纪检监察室|党风政风监督室|监察第?[一二三四五六七八九十]室|第[一二三四五六七八九十]监察室"
_COMMISSIONS = (
    "纪委监委|纪检监察(?:机关|委员会|部门)|纪委(?!托)|纪检委|纪律检查委员会|监察委员会|监察委(?!托)|监察局",
    # 监委主任 without a level is the village's
    f"监委(?![会托]|主任|成员|委员)|(?<=[{_LEVELS}])监委(?![会托])",
    f"(?<=[{_LEVELS}上])纪检(?![组委员书])",
    _ROOMS,
    "纪检监察组|(?:派?驻)?纪检组|派驻组",
    # 县几委: as a telephone hears it
    f"(?<=[{_LEVELS}])[几记济计]检?(?:委(?!托)|伟)|纪伟",
)
_COMMISSIONS_EN = (
    "commission for discipline inspection|discipline(?: inspection)? (?:commission|committee|office)",
    "discipline(?= (?:official|cadre|officer|inspector|secretary))|cdi\\b|jiwei",
    "(?<=the )commission(?='s)",
    "(?:(?<=county )|(?<=prefectural )|(?<=prefecture )|(?<=provincial )|(?<=city ))commission",
    "supervis(?:ion|ory) (?:commission|committee|office|room)|(?:case|hearing|review) room",
)
_POVERTY = (
    "扶贫开发(?:局|领导小组)|扶贫(?:开发)?办公室|扶贫开发办|扶贫办|扶贫局|扶贫(?:和|与)?移民(?:工作)?局|乡村振兴[局办]",
    "poverty(?:[- ](?:alleviation|relief|reduction))? (?:office|bureau)|office of poverty (?:alleviation|relief)",
    "(?:rural )?revitali[sz]ation bureau",
)
_UNIT, _CLERK = "单位|机关|办公室|中心|热线|平台|委|部门", "工作人员|接线员|话务员|接待员|办案人员|调查人员|内部"
_SPOKEN_TO = (
    f"(?:你们?|恁)(?:这个|这|那)?的?(?:{_UNIT})|贵(?:{_UNIT}|处)",
    # 你们那里的人, 你们接待人员
    f"你们(?:(?:[那这哪][里儿边]|里面|内部)的?|(?:的|那个|这个)?(?=(?:[\u4e00-\u9fff]{{1,2}})?(?:{_CLERK})))",
    # 你们|下来核实的那个: what 你们 alone means, only who is told of next says
    "你们的?(?=人(?!民|家|们)|上[次回个]|[那这][一两几三]?[位个]|有[个人]|下来|派|来[了过]?[一两几三])",
    "你们的?(?=办案|接(?:电话|[访待])|记录|回[我复]|开车|[中当]中?间?[有的])",
    "your (?:own )?(?:office|commission|staff|hotline|line|desk|bureau|team|people|badge|colleagues?|operators?)",
    "your (?:own )?(?:clerks?|driver|inspectors?|investigators?)",
    "your(?: own)?(?= (?:deputy|director|secretary|man|men|woman|mr|mrs|night|visitor))|this commission",
)
_KINDS = {
    DISCIPLINE: f"{'|'.join(_COMMISSIONS)}|(?:{'|'.join(_COMMISSIONS_EN)})(?: of [a-z]+ (?:county|city|prefecture|province))?",
    DEPARTMENT: "|".join(_POVERTY),
    OWN: "|".join(_SPOKEN_TO),
}
MAY_NAME = re.compile(
    "[纪紀]|[几记济计]检?[委伟]|监|監|审理室|案管室|派驻组|扶[贫貧]|振[兴興]|[你恁]|贵|貴"
    "|commission|discipline|poverty|revitali|supervis|\\b(?:case|hearing|review) room|\\bcdi|jiwei|\\byour |this com",
    re.IGNORECASE,
)
_BODY = re.compile("|".join(f"(?P<{kind}>{words})" for kind, words in _KINDS.items()))
# Where one may begin: to try all of them at every character costs more than all the rest of a route
_BEGINS = re.compile(
    "[纪监几记济计扶乡案审党派驻第你恁贵]"
    "|disc|supervis|commission|cdi|jiwei|poverty|office of|rural rev|revitali|case room|hearing room|review room|your|this com"
)
_OTHERS = frozenset("村校院厂司团厅部行社站局组队矿场")


def mentions(text: str) -> Iterator[tuple[str, int, int]]:
    """Bodies as a text mentions them: kind, start and end."""
    last = 0
    for begin in _BEGINS.finditer(text):
        found = _BODY.match(text, begin.start()) if begin.start() >= last else None
        if found is not None:
            last = found.end()
            yield found.lastgroup or "", found.start(), last


def named_offices(text: str) -> Iterator[tuple[int, int]]:
    """Where a text names such an office; what bears its name in a village, a school or a company is none."""
    for kind, start, end in mentions(text):
        if kind == OWN or not is_of_others(text, start, end):
            yield start, end


def is_of_others(text: str, start: int, end: int) -> bool:
    """Whether what bears the name of such an office stands in a village, a school or a company: 村纪委, 县医院纪委.

    A discipline group in a department (驻教育局纪检组) is of the commission that posted it.
    """
    return text[max(0, start - 1) : start] in _OTHERS and text[end - 1] != "组"
