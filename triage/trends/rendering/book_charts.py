"""Native charts of a workbook, each beside its table, drawn from a block of plain figures below the table.

Cells of what is hidden or missing are empty, so that a chart shows a gap and never a zero.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from triage.trends.document import Bars, HeatMap, Hidden, Lines, Number, Picture, TileMap, Tongue, Value
from triage.trends.rendering import wording
from triage.trends.rendering.canvas import COLOURS, hollow
from triage.trends.rendering.tiles import spots

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

_MARKERS = ("circle", "square", "triangle", "diamond", "x", "plus", "star")
_SCALE = {"type": "3_color_scale", "min_color": "#FDEA45", "mid_color": "#9A9A85", "max_color": "#7C9BD6"}
_ROW = 20


class ChartWriter:
    """Writes the pictures of one sheet."""

    def __init__(
        self, book: Workbook, sheet: Worksheet, name: str, tongue: Tongue, look: Callable[..., Format]
    ) -> None:
        self._book = book
        self._sheet = sheet
        self._name = name
        self._tongue = tongue
        self._look = look

    def write(self, pictures: Sequence[Picture], row: int, column: int) -> None:
        """Writes figures from ``row`` on and charts from ``column`` on."""
        top = 2
        for picture in pictures:
            title = f"{wording.PICTURE_DATA.told(self._tongue)} · {picture.title.told(self._tongue)}"
            self._text(row, 0, title, bold=True)
            self._text(row + 1, 0, picture.reading.told(self._tongue))
            if isinstance(picture, Lines | Bars):
                used = self._series(picture, row + 2)
                if used > 1:
                    chart = self._chart(picture, row + 2)
                    self._sheet.insert_chart(top, column, chart, _place(picture, self._tongue))
                    top += _height(picture) // _ROW + 2
            elif isinstance(picture, HeatMap):
                used = self._grid(picture, row + 2)
            else:
                used = self._tiles(picture, row + 2)
            row += used + 4

    def _text(self, row: int, column: int, words: str, **look: object) -> None:
        risky = {"quote_prefix": True} if words.startswith(tuple("=+-@\t\r\n")) else {}
        self._sheet.write_string(row, column, words, self._look(**risky, **look))

    def _number(self, row: int, column: int, value: Value, **look: object) -> None:
        if isinstance(value, Number):
            decimals = "#,##0" if isinstance(value.value, int) else "#,##0.00"
            self._sheet.write_number(row, column, value.value, self._look(num_format=decimals, **look))
        elif isinstance(value, Hidden):
            self._sheet.write_blank(row, column, None, self._look(pattern=14, fg_color="#BDBDBD", **look))
        else:
            self._sheet.write_blank(row, column, None, self._look(**look))

    def _series(self, picture: Lines | Bars, row: int) -> int:
        labels = picture.marks if isinstance(picture, Lines) else picture.labels
        for at, one in enumerate(picture.series):
            self._text(row, at + 1, one.title.told(self._tongue), bold=True, align="right", text_wrap=True)
        for down, label in enumerate(labels, 1):
            self._text(row + down, 0, label.told(self._tongue))
            for at, one in enumerate(picture.series):
                self._number(row + down, at + 1, one.values[down - 1])
        return len(labels) + 1

    def _chart(self, picture: Lines | Bars, row: int) -> Any:  # noqa: ANN401  # the library types no charts
        lines = isinstance(picture, Lines)
        many = len(picture.marks if isinstance(picture, Lines) else picture.labels)
        chart = self._book.add_chart({"type": "line"} if lines else {"type": "bar", "subtype": "clustered"})
        for at in range(len(picture.series)):
            colour = COLOURS[at % len(COLOURS)]
            series: dict[str, Any] = {
                "name": [self._name, row, at + 1],
                "categories": [self._name, row + 1, 0, row + many, 0],
                "values": [self._name, row + 1, at + 1, row + many, at + 1],
            }
            if lines:
                fill = {"fill": {"color": colour}, "border": {"color": colour}}
                series |= {"line": {"color": colour, "width": 2}}
                series |= {"marker": {"type": _MARKERS[at % len(_MARKERS)], "size": 6, **fill}}
            else:
                series |= {"fill": {"color": "#FFFFFF" if hollow(at) else colour}, "data_labels": {"value": True}}
                series |= {"border": {"color": colour, "width": 1.5}, "gap": 60}
            chart.add_series(series)
        chart.set_title({"name": picture.title.told(self._tongue), "name_font": {"size": 12}, "overlay": False})
        unit = {"name": picture.unit.told(self._tongue), "name_font": {"bold": False}, "min": 0}
        grid = {"major_gridlines": {"visible": True, "line": {"color": "#D9D9D9"}}}
        if lines:
            chart.set_y_axis(unit | grid)
            chart.set_x_axis({"num_font": {"rotation": -45}})
        else:
            # The first bar stands above, as in the other files.
            chart.set_y_axis({"reverse": True, "interval_unit": 1})
            chart.set_x_axis(unit | grid)
        chart.set_legend({"none": True} if len(picture.series) < 2 else {"position": "bottom"})
        chart.show_blanks_as("gap")
        return chart

    def _grid(self, picture: HeatMap, row: int) -> int:
        for at, label in enumerate(picture.columns, 1):
            self._text(row, at, label.told(self._tongue), bold=True, align="right", text_wrap=True)
        for down, label in enumerate(picture.rows, 1):
            self._text(row + down, 0, label.told(self._tongue))
            for at, value in enumerate(picture.values[down - 1], 1):
                self._number(row + down, at, value, align="right")
        if picture.rows and picture.columns:
            self._sheet.conditional_format(row + 1, 1, row + len(picture.rows), len(picture.columns), _SCALE)
        return len(picture.rows) + 1

    def _tiles(self, picture: TileMap, row: int) -> int:
        where = spots([tile.code for tile in picture.tiles])
        for tile in picture.tiles:
            column, down = where[tile.code]
            name = {"align": "center", "top": 1, "left": 1, "right": 1, "font_size": 9, "shrink": True}
            self._text(row + down * 2, column, tile.name.told(self._tongue), **name)
            value = {"align": "center", "bottom": 1, "left": 1, "right": 1, "bold": True}
            self._number(row + down * 2 + 1, column, tile.value, **value)
        if not where:
            return 0
        across, tall = (max(spot[at] for spot in where.values()) for at in (0, 1))
        self._sheet.conditional_format(row, 0, row + tall * 2 + 1, across, _SCALE)
        return tall * 2 + 2


def _height(picture: Lines | Bars) -> int:
    """Height of a chart in pixels: every bar has its room."""
    return (
        380 if isinstance(picture, Lines) else max(300, 20 * len(picture.labels) * (len(picture.series) + 1) // 2 + 130)
    )


def _place(picture: Lines | Bars, tongue: Tongue) -> dict[str, Any]:
    scales = {"x_scale": 1.3, "y_scale": _height(picture) / 288}
    return {"description": picture.alt.told(tongue), "object_position": 3, **scales}
