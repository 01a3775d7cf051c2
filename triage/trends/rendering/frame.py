"""What pictures have around them: margins in inches, the names of series, the unit. Nothing depends on how wide a font is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from triage.logs import hush
from triage.trends.document import Series, Text, Tongue
from triage.trends.rendering.canvas import COLOURS, EM, INK, MARKERS, POINTS, hollow
from triage.trends.rendering.wording import width_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Coords = str | tuple[str, str]
WIDTH = 6.4
"""Width of every picture in inches: a column of A4."""
LINE = POINTS * 1.35 / 72


def sheet(height: float, left: float, right: float, top: float, bottom: float) -> tuple[Figure, Axes]:
    """A figure of the common width with margins in inches, and its axes."""
    from matplotlib.figure import Figure

    # That a Chinese font has no bold face is no news to whoever asked for a report
    hush("matplotlib.font_manager")
    figure = Figure(figsize=(WIDTH, height))
    box = (left / WIDTH, bottom / height, (WIDTH - left - right) / WIDTH, (height - top - bottom) / height)
    axes = figure.add_axes(box)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    return figure, axes


def bare(axes: Axes) -> None:
    """Takes lines and ticks away."""
    for spine in axes.spines.values():
        spine.set_visible(False)
    axes.tick_params(length=0)


def room_for_names(series: Sequence[Series], tongue: Tongue) -> float:
    """Height in inches that the names of the series take above the axes."""
    return (max((row for _, row in _spots(series, tongue)), default=-1) + 1) * LINE * 1.2


def name_series(figure: Figure, series: Sequence[Series], tongue: Tongue, *, bars: bool = False) -> None:
    """Writes the names of lines or bars above the axes, each behind its mark: that of the line, or a bit of the bar."""
    from matplotlib.lines import Line2D

    height = figure.get_size_inches()[1]
    for number, (one, (left, row)) in enumerate(zip(series, _spots(series, tongue), strict=False)):
        up = 1 - (0.14 + row * LINE * 1.2) / height
        mark, colour = "s" if bars else MARKERS[number % 7], COLOURS[number % 7]
        face = "white" if bars and hollow(number) else colour
        figure.add_artist(Line2D([left / WIDTH], [up], marker=mark, color=colour, markerfacecolor=face, markersize=6))
        figure.text((left + 0.12) / WIDTH, up, one.title.told(tongue), va="center", ha="left")


def unit_above(figure: Figure, unit: Text, tongue: Tongue, below: float) -> None:
    """Writes the unit in the corner, so many inches below the upper edge."""
    up = 1 - (below + 0.13) / figure.get_size_inches()[1]
    figure.text(0.1 / WIDTH, up, unit.told(tongue), ha="left", va="center", fontsize=POINTS - 1)


def write_lines(
    axes: Axes,
    at: tuple[float, float],
    words: str,
    *,
    coords: Coords = "data",
    side: str = "middle",
    colour: str = INK,
    size: float = POINTS,
) -> None:
    """Writes a label of one line or several beside a place, each line on its own.

    Lines written as one text would be set by the width of the measuring font, which is not the reader's.

    Args:
        axes: where to write.
        at: the place, in ``coords`` as matplotlib knows them.
        words: the label; its lines end with a line feed.
        coords: what ``at`` is measured in.
        side: ``left`` or ``above`` of the place, or in its ``middle``.
        colour: of the words.
        size: of the words, in points.
    """
    lines = words.split("\n")
    step = LINE * 72 * size / POINTS
    lift = step * (len(lines) - 1) / 2 + 8.0 if side == "above" else 0.0
    for number, line in enumerate(lines):
        spot = (-5.0 if side == "left" else 0.0, lift + ((len(lines) - 1) / 2 - number) * step)
        axes.annotate(
            line,
            at,
            xytext=spot,
            xycoords=coords,
            textcoords="offset points",
            va="center",
            ha="right" if side == "left" else "center",
            annotation_clip=False,
            color=colour,
            fontsize=size,
        )


def _spots(series: Sequence[Series], tongue: Tongue) -> list[tuple[float, int]]:
    """Where the names stand: inches from the left, and the row; a single series needs no name."""
    found: list[tuple[float, int]] = []
    left, row = 0.15, 0
    for one in series if len(series) > 1 else ():
        wide = width_of(one.title.told(tongue)) * EM + 0.45
        if left + wide > WIDTH and left > 0.15:
            left, row = 0.15, row + 1
        found.append((left, row))
        left += wide
    return found
