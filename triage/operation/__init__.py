"""Operation: how an installation stands, told to three readers.

``Observer`` looks at the parts and gives each a code; ``/readyz`` tells the codes, ``triage doctor`` explains them, and
the listener of ``metrics`` tells the figures to whoever gathers them. None of it knows anything of a single report.
"""

from triage.operation.observer import Observer
from triage.operation.parts import PartState

__all__ = ["Observer", "PartState"]
