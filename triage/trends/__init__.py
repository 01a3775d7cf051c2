"""Monthly figures: counts that a leader can read and an analyst can check.

In go counts from the store; out comes ``MonthFigures`` with small cells suppressed, and its JSON, CSV and plain lines.
"""

from triage.trends.counting import month_figures
from triage.trends.documents import lines, write
from triage.trends.figures import Cell, MonthFigures, Table, checked_month, suppressed

__all__ = ["Cell", "MonthFigures", "Table", "checked_month", "lines", "month_figures", "suppressed", "write"]
