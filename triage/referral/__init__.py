"""Sending: which office a report belongs to, who may never see it, and what is proposed to discipline investigators.

In go an ``Assessment``, the division the report speaks of, the own desk and the known offices; out come a ``Route``
with its reasons and the keyed names of those told of. Nothing here reads or writes a store: people send, this proposes.
"""

from triage.referral.conflicts import heads_the_desk, keys_named, keys_of_name, keys_told, party_keys
from triage.referral.jurisdiction import Desk, division_of, handling_level
from triage.referral.routes import office_above, route

__all__ = [
    "Desk",
    "division_of",
    "handling_level",
    "heads_the_desk",
    "keys_named",
    "keys_of_name",
    "keys_told",
    "office_above",
    "party_keys",
    "route",
]
