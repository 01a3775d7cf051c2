"""Writes the golden files of the closed month anew; look at them before they are committed."""

from __future__ import annotations

from unittest import mock

from test_trend_files import CLOSED, GOLDEN

from triage.trends.document import Tongue
from triage.trends.rendering import files_of

if __name__ == "__main__":
    with (
        mock.patch("triage.trends.rendering.papers.chinese_font", return_value=None),
        mock.patch("triage.trends.rendering.canvas.chinese_font", return_value=None),
    ):
        for name, data in files_of(CLOSED, (Tongue.ZH,)).items():
            (GOLDEN / name).write_bytes(data)
