"""Taking reports in: whatever arrives becomes a checked ``Submission`` with a receipt, or a clear error.

In go JSON fields, transcripts and the rows of files; out come ``Submission`` objects for the store and receipt codes
for the people who wrote. Nothing here touches a database or the network.
"""

from triage.intake.files import plain_name
from triage.intake.idempotency import Once, body_hash, idempotency
from triage.intake.receipts import derived_code, new_code, normalised_code, receipt_hash, shown
from triage.intake.rows import Row, read_rows
from triage.intake.submissions import Limits, submission

__all__ = [
    "Limits",
    "Once",
    "Row",
    "body_hash",
    "derived_code",
    "idempotency",
    "new_code",
    "normalised_code",
    "plain_name",
    "read_rows",
    "receipt_hash",
    "shown",
    "submission",
]
