"""Cases: reports of the same matter find each other, with reasons, and can be taken apart again.

In goes what is known of a new report (``Matter``: text and entities) and a source of candidates; out come link keys
(keyed hashes to be written with the assessment) and judgements for the append-only ledger. Cases are derived from the
ledger by ``clusters`` and never stored as a decision of their own.
"""

from triage.cases.batch import Link, Linked, link_all
from triage.cases.candidates import Candidates, MemoryCandidates
from triage.cases.clusters import clusters
from triage.cases.fingerprint import Fingerprint, LinkKeyer
from triage.cases.pairs import LinkRules, Matter, PairScore, judge, score_pair

__all__ = [
    "Candidates",
    "Fingerprint",
    "Link",
    "LinkKeyer",
    "LinkRules",
    "Linked",
    "Matter",
    "MemoryCandidates",
    "PairScore",
    "clusters",
    "judge",
    "link_all",
    "score_pair",
]
