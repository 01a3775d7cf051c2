"""Monthly figures: counts that a leader can read and an analyst can check.

In go counts from the store; out comes the monthly report (``reports``): a ``Document`` composed of the counts with small
cells hidden, its files and plain lines, and how a month is closed and revised.
"""

from triage.trends.lines import lines

__all__ = ["lines"]
