"""`triage bench`: speed and memory, as figures against a target and ratios against a peer measured in the same run.

One seeded generator makes all texts; each bench is a module with a ``measure`` that gives an ``Outcome``. Benches tell
what they measured and never fail: a machine that is busy with other things is no fault of the program.
"""

from triage.bench.figures import Figure, Outcome

__all__ = ["Figure", "Outcome"]
