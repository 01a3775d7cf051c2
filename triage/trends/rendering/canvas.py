"""Sheets to draw on: a figure becomes SVG with text as text, or PNG, and the bytes are the same for the same picture.

For SVG, texts are measured with the font that comes with matplotlib on every machine, and the font named in the file is
the reader's own; so the file does not depend on the fonts of the machine. For PNG a Chinese font of the machine is used
if there is one.
"""

from __future__ import annotations

import io
import os
import re
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# Okabe and Ito's palette, told apart by people of every colour vision (https://jfly.uni-koeln.de/color/).
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
MARKERS = ("o", "s", "^", "D", "v", "P", "X")
INK, PALE, HATCH, PALE_HATCH = "#222222", "#D9D9D9", "#8A8A8A", "#BDBDBD"
POINTS = 9.5
EM = POINTS / 72
"""Width of a Chinese character in inches."""
DPI = 200
_FAMILY = "'Noto Sans CJK SC','Source Han Sans SC','Microsoft YaHei','PingFang SC','SimHei',Arial,sans-serif"
_OWN = "DejaVu Sans"
_CHINESE = (
    *("Noto Sans CJK SC", "Noto Sans CJK JP", "Noto Sans SC", "Source Han Sans SC", "Source Han Sans CN"),
    *("Microsoft YaHei", "SimHei", "PingFang SC", "WenQuanYi Micro Hei", "WenQuanYi Zen Hei", "Droid Sans Fallback"),
)
# Settings of matplotlib hold for the whole process: one picture is drawn at a time.
_one = threading.Lock()


@dataclass(frozen=True, slots=True)
class Drawn:
    """A picture as PNG with its size in inches."""

    png: bytes
    width: float
    height: float


def hollow(number: int) -> bool:
    """Whether bars of this series are drawn by their edge alone: on grey paper two colours are one."""
    return number % 2 == 1


def keep_caches_in(folder: Path) -> None:
    """Where matplotlib keeps its list of fonts, unless somebody has said; to be called before the first picture."""
    os.environ.setdefault("MPLCONFIGDIR", str(folder))


def chinese_font() -> str | None:
    """A font of this machine with Chinese characters."""
    from matplotlib import font_manager

    # The list is kept from run to run and may name what has been taken away since
    known = {font.name for font in font_manager.fontManager.ttflist if Path(font.fname).is_file()}
    return next((name for name in _CHINESE if name in known), None)


def as_svg(draw: Callable[[], Figure], *, name: str, title: str, alt: str) -> str:
    """The picture as an SVG element to stand in a page; ids begin with its name, so that pictures do not meet."""
    with _settings([_OWN]), io.StringIO() as file:
        figure = draw()
        figure.savefig(file, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
        return _for_page(file.getvalue(), name, title, alt)


def as_png(draw: Callable[[], Figure]) -> Drawn:
    """The picture for a document that takes no SVG."""
    font = chinese_font()
    with _settings([_OWN] if font is None else [_OWN, font]), io.BytesIO() as file:
        figure = draw()
        figure.savefig(file, format="png", dpi=DPI, metadata={"Software": None})
        width, height = figure.get_size_inches()
        return Drawn(file.getvalue(), float(width), float(height))


@contextmanager
def _settings(families: list[str]) -> Iterator[None]:
    import matplotlib as mpl

    chosen: dict[Any, Any] = {
        "svg.fonttype": "none",
        "svg.hashsalt": "triage",
        "font.family": families,
        "font.size": POINTS,
        "text.color": INK,
        "axes.labelcolor": INK,
        "axes.edgecolor": HATCH,
        "xtick.color": INK,
        "ytick.color": INK,
        "hatch.color": PALE_HATCH,
        "hatch.linewidth": 0.8,
        "axes.unicode_minus": False,
        "text.parse_math": False,
    }
    with _one, mpl.rc_context(), warnings.catch_warnings():
        # What somebody has set for their own plots does not change a report.
        mpl.rcdefaults()
        mpl.rcParams.update(chosen)
        # The measure of a character that the own font lacks is a guess; the reader's font draws it.
        warnings.filterwarnings("ignore", "Glyph .* missing from font", UserWarning)
        yield


def _for_page(svg: str, name: str, title: str, alt: str) -> str:
    svg = svg[svg.index("<svg") :].strip()
    svg = re.sub(r"\s*<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    # Its rule for every element would hold for the whole page.
    svg = re.sub(r'\s*<style type="text/css">.*?</style>', "", svg, flags=re.DOTALL)
    svg = re.sub(r'\bid="', f'id="{name}-', svg)
    svg = re.sub(r"url\(#", f"url(#{name}-", svg)
    svg = re.sub(r'href="#', f'href="#{name}-', svg)
    svg = re.sub(r"'DejaVu Sans'(, '[^']*')*", _FAMILY, svg)
    head, rest = svg[: svg.index(">")], svg[svg.index(">") + 1 :]
    box = re.search(r'viewBox="[^"]*"', head)
    opened = (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" {box[0] if box else ""} '
        f'role="img" aria-labelledby="{name}-title {name}-alt" class="picture">'
    )
    told = f'<title id="{name}-title">{escape(title)}</title><desc id="{name}-alt">{escape(alt)}</desc>'
    return opened + told + rest
