"""Fixed words of the files, and figures in writing: one place for HTML, DOCX and XLSX, so that they say the same."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from triage.text.dates import SHANGHAI
from triage.trends.document import (
    Cell,
    Column,
    ColumnKind,
    Document,
    Hidden,
    Missing,
    Number,
    Provenance,
    Table,
    Text,
    Tongue,
    Value,
    Words,
)

CONTENTS = Text("目录", "Contents")
HEADLINE = Text("要点", "In short")
PICTURE_DATA = Text("图中数据", "Figures of the picture")
TABLE = Text("表", "Table")
PICTURE = Text("图", "Figure")
ABOUT = Text("数据来源与版本", "What the figures were made with")
HIDDEN = Text("不显示", "hidden")
HIDDEN_NOTE = Text(
    "标为“不显示”的数过小，或可由它推出另一个过小的数。",
    "Figures marked hidden are small, or would give away another small one.",
)
HATCHED = Text("斜线：不显示（数过小或会推出小数）", "Hatched: hidden (small, or would give a small one away)")
NO_DATA = Text("“—”表示无数据，不等于零", "A dash: no data, which is not zero")
GAP = Text("断开：无数据，不等于零", "Gap: no data, which is not zero")
BAND = Text("浅色带：区间", "Pale band: range")
WHISKERS = Text("细线：区间", "Thin line: range")
ENGLISH_LABELS = Text(
    "（制作本文件的机器没有中文字体，图中用英文标注，没有英文名称的以序号代替；中文见所附的表。）",
    " (This machine has no Chinese font: names that have no English are numbered as in the table.)",
)
LOW, HIGH = Text("下限", "low"), Text("上限", "high")
PAGE = Text("第 {page} 页，共 {pages} 页", "Page {page} of {pages}")
SHEET = Text("工作表", "Sheet")
TOLD = Text("内容", "What it shows")
NONE = Text("无", "none")
_UNITS = {ColumnKind.MONEY: Text("元", "yuan"), ColumnKind.DAYS: Text("天", "days")}
_WIDE = {"W", "F"}


def standing(document: Document) -> Text:
    """Whether the month is open, closed or revised; the number is the one of file names and ``--revision``."""
    if document.revision == 0:
        return Text("未结账，数字仍会变动", "Open: figures may still change")
    if document.revision == 1:
        return Text("已结账", "Closed")
    number, former = document.revision, document.revision - 1
    told = document.changes.sentences[:1] if document.changes is not None else ()
    if any(one.zh.startswith(f"这是第{former}次修订。") for one in told):
        # Closed when revisions were counted from the second on: made again, its files must not change
        return Text(f"已结账，第{former}次修订", f"Closed, revision {former}")
    return Text(f"已结账，第{number}版（修订）", f"Closed, revision {number}")


def about(provenance: Provenance) -> tuple[tuple[Text, str], ...]:
    """What the figures were made with, each with its name."""
    return (
        (Text("计数时间（北京时间）", "Counted at (Beijing time)"), moment(provenance.counted_at)),
        (Text("模型", "Model"), provenance.model),
        (Text("类别体系", "Taxonomy"), provenance.taxonomy),
        (Text("规则", "Policy"), provenance.policy),
        (Text("显示下限", "Least count shown"), str(provenance.threshold)),
    )


def moment(counted_at: str) -> str:
    """A moment as clocks in China show it, to the minute."""
    return f"{datetime.fromisoformat(counted_at.replace('Z', '+00:00')).astimezone(SHANGHAI):%Y-%m-%d %H:%M}"


def heading(column: Column, tongue: Tongue) -> str:
    """A column's title with its unit in brackets."""
    unit = column.unit or _UNITS.get(column.kind)
    if unit is None:
        return column.title.told(tongue)
    return f"{column.title.zh}（{unit.zh}）" if tongue is Tongue.ZH else f"{column.title.en} ({unit.en})"


@dataclass(frozen=True, slots=True)
class Footnotes:
    """Why cells of a table are empty: each reason has its number."""

    reasons: tuple[Text, ...]
    any_hidden: bool

    @classmethod
    def of(cls, table: Table) -> Footnotes:
        """The footnotes that a table needs."""
        cells = [cell for row in table.rows for cell in row]
        reasons = dict.fromkeys(cell.reason for cell in cells if isinstance(cell, Missing))
        return cls(tuple(reasons), any(isinstance(cell, Hidden) for cell in cells))

    def mark(self, cell: Missing) -> str:
        """The number behind a dash, in brackets lest it pass for a figure; none where all dashes have one reason."""
        return "" if len(self.reasons) == 1 else f" [{self.reasons.index(cell.reason) + 1}]"

    def lines(self, table: Table, tongue: Tongue) -> list[str]:
        """What stands below the table."""
        told = [table.note.told(tongue)] if table.note else []
        told += [HIDDEN_NOTE.told(tongue)] if self.any_hidden else []
        colon = "：" if tongue is Tongue.ZH else ": "
        for number, reason in enumerate(self.reasons, 1):
            mark = "" if len(self.reasons) == 1 else f" [{number}]"
            told.append(f"—{mark}{colon}{reason.told(tongue)}")
        return told


def written(cell: Cell, column: Column, notes: Footnotes, tongue: Tongue) -> str:
    """A cell as it stands in a table."""
    match cell:
        case Words():
            return cell.text.told(tongue)
        case Hidden():
            return HIDDEN.told(tongue)
        case Missing():
            return "—" + notes.mark(cell)
    said = figure(cell.value, column)
    if cell.low is None or cell.high is None:
        return said
    ends = f"{figure(cell.low, column)}–{figure(cell.high, column)}"
    return f"{said}（{ends}）" if tongue is Tongue.ZH else f"{said} ({ends})"


def figure(value: float, column: Column) -> str:
    """A number as its column writes it: with thousands, per cent, or yuan for fen."""
    if column.kind is ColumnKind.SHARE:
        return f"{value * 100:.{column.decimals}f}%"
    if column.kind is ColumnKind.MONEY:
        return f"{Decimal(str(value)) / 100:,.2f}"
    return f"{value:,.{column.decimals}f}"


def drawn(value: Value) -> str:
    """A value as a picture writes it; nothing for what is not shown."""
    return short(value.value) if isinstance(value, Number) else ""


def short(value: float) -> str:
    """A number with as many decimals as it has, two at most."""
    said = f"{value:,.2f}" if isinstance(value, float) else f"{value:,}"
    return said.rstrip("0").rstrip(".") if "." in said else said


def width_of(text: str) -> float:
    """About how wide a text is, in widths of a Chinese character; the longest line counts."""
    return max((sum(_width(sign) for sign in line) for line in text.split("\n")), default=0.0)


def wrapped(text: str, width: float) -> str:
    """A label in lines of about a width (of Chinese characters), broken at blanks or between Chinese characters."""
    lines, line = [], ""
    for part in _parts(text):
        if line and width_of((line + part).rstrip()) > width:
            lines.append(line.rstrip())
            line = part.lstrip()
        else:
            line += part
    return "\n".join([*lines, line.rstrip()])


def holds_chinese(text: str) -> bool:
    """Whether a text has characters that fonts of Latin letters lack."""
    return any(_width(sign) == 1 for sign in text)


def _parts(text: str) -> list[str]:
    parts = [""]
    for sign in text:
        if _width(sign) == 1:
            parts += [sign, ""]
        else:
            parts[-1] += sign
            if sign in " -/":
                parts.append("")
    return [part for part in parts if part]


def _width(sign: str) -> float:
    return 1.0 if unicodedata.east_asian_width(sign) in _WIDE else 0.56
