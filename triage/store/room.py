"""How much a batch of the queue may hold, so that it is read in a moment."""

from __future__ import annotations

from dataclasses import dataclass

# Of a sealed body, in bytes: a Chinese character takes three, so that a batch holds a hundred thousand of them
MOST_BYTES = 300_000
LONG_BYTES = 60_000


@dataclass
class Room:
    """What a batch has room for: so many reports, so many bytes of them together, and one that is long beside them.

    A batch is in hand until it is read. What one long report takes others must not wait for more than once.
    """

    reports: int
    bytes: int = MOST_BYTES
    long: int = 1

    def takes(self, size: int) -> bool:
        """Whether a report of this size comes into the batch; what does not leaves its place to those behind it."""
        long = size > LONG_BYTES
        if not self.reports or (not self.long if long else size > self.bytes):
            return False
        self.reports -= 1
        self.long -= long
        self.bytes -= 0 if long else size
        return True
