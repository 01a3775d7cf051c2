"""The scale of heat maps and tile maps: cividis, read alike by people of every colour vision (Nuñez et al. 2018)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from triage.trends.document import Hidden, Number, Value
from triage.trends.rendering import wording
from triage.trends.rendering.canvas import INK, PALE_HATCH

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


class Scale:
    """Cividis between the least and the greatest value; white and hatched outside of it."""

    def __init__(self, values: Sequence[Value]) -> None:
        from matplotlib import colormaps

        self._map = colormaps["cividis"].reversed()
        seen = [float(value.value) for value in values if isinstance(value, Number)]
        self.least, self.most = (min(seen), max(seen)) if seen else (0.0, 0.0)

    def of(self, value: float) -> tuple[float, float, float]:
        """The colour of a value."""
        part = (value - self.least) / (self.most - self.least) if self.most > self.least else 0.5
        red, green, blue, _ = self._map(0.04 + 0.92 * part)
        return float(red), float(green), float(blue)

    def ink(self, value: Value) -> str:
        """Black or white, whichever is read better on the value's colour."""
        if not isinstance(value, Number):
            return INK
        red, green, blue = (
            part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in self.of(value.value)
        )
        return "#000000" if 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.18 else "#FFFFFF"

    def tile(self, axes: Axes, column: int, row: int, value: Value) -> None:
        """A tile at its place."""
        from matplotlib.patches import Rectangle

        look: dict[str, Any] = {"facecolor": "white", "edgecolor": PALE_HATCH, "linewidth": 0.8}
        if isinstance(value, Number):
            look = {"facecolor": self.of(value.value), "edgecolor": "white", "linewidth": 1.0}
        elif isinstance(value, Hidden):
            look |= {"hatch": "////", "edgecolor": PALE_HATCH}
        # Nothing is to be measured for the limits of the axes, which are set: that would be most of the time.
        axes.add_artist(Rectangle((column - 0.48, row - 0.47), 0.96, 0.94, **look))

    def key(self, figure: Figure) -> None:
        """The scale below the picture: from the least to the greatest value."""
        from matplotlib.patches import Rectangle

        if self.most <= self.least:
            return
        width, height = figure.get_size_inches()
        wide, left, up = 0.3, width / 2 - 0.9, 0.12
        for step in range(6):
            value = self.least + (self.most - self.least) * step / 5
            spot = ((left + wide * step) / width, up / height)
            figure.add_artist(Rectangle(spot, wide / width, 0.14 / height, facecolor=self.of(value), linewidth=0))
        middle = (up + 0.07) / height
        figure.text((left - 0.08) / width, middle, wording.short(self.least), ha="right", va="center")
        figure.text((left + wide * 6 + 0.08) / width, middle, wording.short(self.most), ha="left", va="center")
