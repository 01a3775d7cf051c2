"""Pictures drawn from their data: colours that everybody tells apart, hatching for what is hidden, gaps for what is missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from triage.trends.document import (
    Bars,
    HeatMap,
    Hidden,
    Lines,
    Number,
    Picture,
    Series,
    Text,
    TileMap,
    Tongue,
    Value,
    same,
)
from triage.trends.rendering import wording
from triage.trends.rendering.canvas import COLOURS, EM, HATCH, INK, MARKERS, PALE, POINTS, hollow
from triage.trends.rendering.frame import LINE, WIDTH, bare, name_series, room_for_names, sheet, unit_above, write_lines
from triage.trends.rendering.scale import Scale
from triage.trends.rendering.tiles import spots
from triage.trends.rendering.wording import drawn, holds_chinese, width_of, wrapped

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.ticker import Locator

_NAN = float("nan")


def draw(picture: Picture, tongue: Tongue) -> Figure:
    """The figure of a picture; call it under the settings of ``canvas``."""
    match picture:
        case Lines():
            return _lines(picture, tongue)
        case Bars():
            return _bars(picture, tongue)
        case HeatMap():
            return _heat_map(picture, tongue)
    return _tile_map(picture, tongue)


def key_of(picture: Picture, tongue: Tongue) -> str:
    """What hatching, gaps and ranges of the picture mean; empty where it has none."""
    values = list(_values(picture))
    told = []
    if any(isinstance(value, Hidden) for value in values):
        told.append(wording.HATCHED)
    if any(not isinstance(value, Hidden | Number) for value in values):
        told.append(wording.GAP if isinstance(picture, Lines) else wording.NO_DATA)
    if any(isinstance(value, Number) and value.low is not None for value in values):
        told += {Lines: [wording.BAND], Bars: [wording.WHISKERS]}.get(type(picture), [])
    ends = ("；", "。") if tongue is Tongue.ZH else ("; ", ".")
    return ends[0].join(part.told(tongue) for part in told) + ends[1] if told else ""


def without_chinese(picture: Picture) -> Picture:
    """The picture with English labels alone; a label that has none becomes the number of its place."""

    def plain(labels: tuple[Text, ...]) -> tuple[Text, ...]:
        return tuple(same(f"({at})") if holds_chinese(one.en) else one for at, one in enumerate(labels, 1))

    match picture:
        case TileMap():
            names = plain(tuple(tile.name for tile in picture.tiles))
            tiles = tuple(replace(tile, name=name) for tile, name in zip(picture.tiles, names, strict=True))
            return replace(picture, tiles=tiles)
        case HeatMap():
            return replace(picture, rows=plain(picture.rows), columns=plain(picture.columns))
    titles = plain(tuple(one.title for one in picture.series))
    series = tuple(replace(one, title=title) for one, title in zip(picture.series, titles, strict=True))
    if isinstance(picture, Lines):
        return replace(picture, series=series, marks=plain(picture.marks))
    return replace(picture, series=series, labels=plain(picture.labels))


def _values(picture: Picture) -> Sequence[Value]:
    match picture:
        case TileMap():
            return [tile.value for tile in picture.tiles]
        case HeatMap():
            return [value for row in picture.values for value in row]
    return [value for one in picture.series for value in one.values]


def _lines(picture: Lines, tongue: Tongue) -> Figure:
    names = room_for_names(picture.series, tongue)
    figure, axes = sheet(2.7 + names, 0.6, 0.2, 0.32 + names, 0.62)
    places = range(len(picture.marks))
    for number, one in enumerate(picture.series):
        colour = COLOURS[number % 7]
        seen = [value.value if isinstance(value, Number) else _NAN for value in one.values]
        # A point on the axis is seen whole
        look: dict[str, Any] = {"marker": MARKERS[number % 7], "markersize": 4.5, "linewidth": 1.8, "clip_on": False}
        axes.plot(places, seen, color=colour, **look)
        low = [_end(value, "low") for value in one.values]
        high = [_end(value, "high") for value in one.values]
        if any(isinstance(value, Number) and value.low is not None for value in one.values):
            axes.fill_between(places, low, high, color=colour, alpha=0.16, linewidth=0)
    tops = [end for one in picture.series for value in one.values for end in _ends(value)]
    axes.set_ylim(min([0, *tops]), max([1, *tops]) * 1.08)
    axes.set_xlim(-0.6, max(1, len(picture.marks)) - 0.4)
    _hatch_hidden(axes, picture.series)
    shown = places if len(picture.marks) <= 13 else range(0, len(picture.marks), 3)
    axes.set_xticks(list(shown), [picture.marks[at].told(tongue) for at in shown])
    for label in axes.get_xticklabels():
        label.set(rotation=35, ha="right", rotation_mode="anchor", fontsize=POINTS - 1)
    axes.yaxis.set_major_locator(_steps(whole=not any(isinstance(end, float) for end in tops)))
    axes.yaxis.set_major_formatter(lambda value, _: wording.short(round(float(value), 2)))
    axes.grid(axis="y", color=PALE, linewidth=0.6)
    axes.set_axisbelow(True)
    unit_above(figure, picture.unit, tongue, names)
    name_series(figure, picture.series, tongue)
    return figure


def _hatch_hidden(axes: Axes, series: Sequence[Series]) -> None:
    """A hatched band where a value of a single line is hidden; of several lines a foot of each one's colour below its mark."""
    from matplotlib.patches import Rectangle

    tall, wide = (1.0, 0.6) if len(series) == 1 else (0.07, 0.8 / len(series))
    for number, one in enumerate(series):
        colour = HATCH if len(series) == 1 else COLOURS[number % 7]
        for at, value in enumerate(one.values):
            if isinstance(value, Hidden):
                left = at - wide * len(series) / 2 + wide * number
                look = Rectangle((left, 0), wide, tall, transform=axes.get_xaxis_transform(), hatch="////")
                look.set(facecolor="none", edgecolor=colour, linewidth=0 if len(series) == 1 else 1.0, zorder=0)
                axes.add_artist(look)
                if len(series) > 1:
                    mark: dict[str, Any] = {"marker": MARKERS[number % 7], "color": colour, "markersize": 2.5}
                    axes.plot([left + wide / 2], [tall + 0.03], transform=axes.get_xaxis_transform(), **mark)


def _bars(picture: Bars, tongue: Tongue) -> Figure:
    labels = [wrapped(label.told(tongue), 13) for label in picture.labels]
    count, many = len(picture.series), len(labels)
    lines = max([label.count("\n") + 1 for label in labels], default=1)
    tall = max((0.26 if many < 12 else 0.2) * count + 0.07, lines * LINE + 0.07)
    room = max([width_of(label) for label in labels], default=1.0) * EM + 0.2
    names = room_for_names(picture.series, tongue)
    figure, axes = sheet(tall * many + 0.5 + names, room, 0.75, 0.32 + names, 0.12)
    longest = max([end for one in picture.series for value in one.values for end in _ends(value)], default=1.0) or 1.0
    for number, one in enumerate(picture.series):
        for at, value in enumerate(one.values):
            middle = at - 0.4 + 0.8 * (number + 0.5) / count
            _bar(axes, value, middle, 0.72 / count, longest, number, tongue)
    axes.set_ylim(max(1, many) - 0.5, -0.5)
    axes.set_xlim(0, longest * 1.02)
    for at, label in enumerate(labels):
        write_lines(axes, (0, at), label, coords=("axes fraction", "data"), side="left")
    axes.set_yticks([])
    axes.set_xticks([])
    axes.spines["bottom"].set_visible(False)
    unit_above(figure, picture.unit, tongue, names)
    name_series(figure, picture.series, tongue, bars=True)
    return figure


def _bar(axes: Axes, value: Value, middle: float, thick: float, longest: float, number: int, tongue: Tongue) -> None:
    if isinstance(value, Hidden):
        axes.barh(middle, longest * 0.1, thick, facecolor="white", edgecolor=HATCH, hatch="////", linewidth=0.8)
        end, said = longest * 0.1, wording.HIDDEN.told(tongue)
    elif isinstance(value, Number):
        colour = COLOURS[number % 7]
        face = "white" if hollow(number) else colour
        axes.barh(middle, value.value, thick * 0.94, facecolor=face, edgecolor=colour, linewidth=1.2)
        end, said = float(value.value), drawn(value)
        if value.low is not None and value.high is not None:
            axes.plot([value.low, value.high], [middle, middle], color=INK, linewidth=1.2)
            end = max(end, float(value.high))
    else:
        end, said = 0.0, "—"
    axes.text(end + longest * 0.012, middle, said, va="center", ha="left", fontsize=POINTS - 0.5)


def _heat_map(picture: HeatMap, tongue: Tongue) -> Figure:
    rows = [wrapped(label.told(tongue), 9) for label in picture.rows]
    slanted = len(picture.columns) > 7
    columns = [label.told(tongue) if slanted else wrapped(label.told(tongue), 5.5) for label in picture.columns]
    left = max([width_of(label) for label in rows], default=1.0) * EM + 0.15
    top = (
        max([width_of(label) for label in columns], default=1.0) * EM * 0.72 + 0.2
        if slanted
        else max([label.count("\n") + 1 for label in columns], default=1) * LINE + 0.1
    )
    tall = max([0.3, *((label.count("\n") + 1) * LINE + 0.06 for label in rows)])
    figure, axes = sheet(tall * len(rows) + top + 0.65, left, 0.5 if slanted else 0.1, top + 0.25, 0.4)
    colour = Scale([value for row in picture.values for value in row])
    for down, row in enumerate(picture.values):
        for across, value in enumerate(row):
            colour.tile(axes, across, down, value)
            said = drawn(value) if isinstance(value, Number | Hidden) else "—"
            axes.text(across, down, said, va="center", ha="center", color=colour.ink(value), fontsize=POINTS - 1)
    axes.set_xlim(-0.5, max(1, len(columns)) - 0.5)
    axes.set_ylim(max(1, len(rows)) - 0.5, -0.5)
    for at, label in enumerate(rows):
        write_lines(axes, (0, at), label, coords=("axes fraction", "data"), side="left")
    for at, label in enumerate(columns):
        if slanted:
            axes.text(at, -0.58, label, rotation=45, ha="left", va="bottom", rotation_mode="anchor")
        else:
            write_lines(axes, (at, -0.5), label, side="above")
    _finish_tiles(figure, axes, unit=picture.unit, tongue=tongue, colour=colour)
    return figure


def _tile_map(picture: TileMap, tongue: Tongue) -> Figure:
    where = spots([tile.code for tile in picture.tiles])
    across = max((column for column, _ in where.values()), default=0) + 1
    down = max((row for _, row in where.values()), default=0) + 1
    side = min(0.95, (WIDTH - 0.2) / across)
    tall = side * 0.78
    spare = (WIDTH - side * across) / 2
    figure, axes = sheet(tall * down + 0.75, spare, spare, 0.28, 0.45)
    colour = Scale([tile.value for tile in picture.tiles])
    for tile in picture.tiles:
        column, row = where[tile.code]
        colour.tile(axes, column, row, tile.value)
        ink = colour.ink(tile.value)
        size = POINTS - 2
        name = wrapped(tile.name.told(tongue), side / EM * POINTS / size * 0.92)
        said = drawn(tile.value) if isinstance(tile.value, Number | Hidden) else "—"
        write_lines(axes, (column, row - 0.14), name, colour=ink, size=size)
        axes.text(column, row + 0.27, said, va="center", ha="center", color=ink, fontsize=POINTS, weight="bold")
    axes.set_xlim(-0.5, across - 0.5)
    axes.set_ylim(down - 0.5, -0.5)
    _finish_tiles(figure, axes, unit=picture.unit, tongue=tongue, colour=colour)
    return figure


def _finish_tiles(figure: Figure, axes: Axes, *, unit: Text, tongue: Tongue, colour: Scale) -> None:
    axes.set_xticks([])
    axes.set_yticks([])
    bare(axes)
    unit_above(figure, unit, tongue, 0)
    colour.key(figure)


def _steps(*, whole: bool) -> Locator:
    """Steps of a scale; there is no half of what is counted."""
    from matplotlib.ticker import MaxNLocator

    return MaxNLocator(nbins=5, min_n_ticks=2, integer=whole)


def _ends(value: Value) -> list[int | float]:
    if not isinstance(value, Number):
        return []
    return [end for end in (value.value, value.low, value.high) if end is not None]


def _end(value: Value, which: str) -> float:
    end = getattr(value, which) if isinstance(value, Number) else None
    return _NAN if end is None else float(end)
