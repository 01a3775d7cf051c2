"""Monthly figures: counts that a leader can read and an analyst can check.

In go counts from the store; out come ``MonthFigures`` with small cells suppressed and its plain lines, and the monthly
report (``reports``): a ``Document`` composed of the counts, its files, and how a month is closed and revised.
"""

from triage.trends.counting import month_figures
from triage.trends.documents import lines
from triage.trends.figures import Cell, MonthFigures, Table, checked_month, suppressed

__all__ = ["Cell", "MonthFigures", "Table", "checked_month", "lines", "month_figures", "suppressed"]
