"""Cases: reports of the same matter find each other, with reasons, and can be taken apart again.

In goes what is known of a new report (``Matter``: facts, grams and a fingerprint) and what was there before; out come
link keys (keyed hashes to be written with the assessment) and judgements for the append-only ledger. Cases are derived
from the ledger by ``clusters`` and never stored as a decision of their own.
"""

from triage.cases.batch import Linked, link_all
from triage.cases.candidates import MemoryCandidates, Near, Shared, alone, meet
from triage.cases.catching_up import catch_up
from triage.cases.clusters import clusters
from triage.cases.compared import FEATURES, WRONGS, Compared, Reason
from triage.cases.features import compared
from triage.cases.fingerprint import Fingerprint
from triage.cases.keys import LinkKeyer
from triage.cases.linking import Before, Met, link
from triage.cases.matter import Matter, from_bytes, to_bytes
from triage.cases.pairs import LinkRules, PairJudge
from triage.cases.stored import StoredBefore
from triage.cases.telling import told
from triage.cases.voices import voices
from triage.cases.wrongs import probabilities_of

__all__ = [
    "FEATURES",
    "WRONGS",
    "Before",
    "Compared",
    "Fingerprint",
    "LinkKeyer",
    "LinkRules",
    "Linked",
    "Matter",
    "MemoryCandidates",
    "Met",
    "Near",
    "PairJudge",
    "Reason",
    "Shared",
    "StoredBefore",
    "alone",
    "catch_up",
    "clusters",
    "compared",
    "from_bytes",
    "link",
    "link_all",
    "meet",
    "probabilities_of",
    "to_bytes",
    "told",
    "voices",
]
