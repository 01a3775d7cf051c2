"""What a document is in Elasticsearch: keyed terms, ids, codes and numbers, and no source to read anything back from.

A change here, or in the terms that go in, is another ``FORMAT``: indices of two formats stand beside each other.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from triage.search.documents import PLACE_LENGTHS, IndexDocument
from triage.search.query import Order
from triage.search.terms import Terms

FORMAT = 2
KEYS = {Order.TIME: "time_key", Order.AMOUNT: "amount_key", Order.RISK: "risk_key"}
"""The field that holds the unique key of each order."""
_HALF = 2**63
_KEY_BITS = 32
_LARGEST = _HALF - 1
_PRINT = 2**32 - 1

# Every term is a hash already, and the analyzer has nothing to do but to cut at spaces. Positions make phrases of
# neighbouring bigrams; length says something where words rank, and nothing about a substring.
_TERMS = {"type": "text", "analyzer": "whitespace", "index_options": "docs", "norms": False}
_CODE = {"type": "keyword"}
_MARK = {"type": "keyword", "doc_values": False}
_NUMBER = {"type": "long"}
_BOUND = {"type": "long", "doc_values": False}
_PROPERTIES: dict[str, Mapping[str, Any]] = {
    "characters": _TERMS,
    "bigrams": {**_TERMS, "index_options": "positions"},
    "words": {**_TERMS, "index_options": "freqs", "norms": True},
    "accused": _TERMS,
    "party": _MARK,
    "lacks": _MARK,
    **dict.fromkeys(("category", "month", "risk", "channel", "case"), _CODE),
    **{f"place{length}": _CODE for length in PLACE_LENGTHS},
    "seq": _NUMBER,
    "version": _NUMBER,
    "print": {"type": "long", "index": False},
    "fen": _BOUND,
    "received": _BOUND,
    **dict.fromkeys(KEYS.values(), _NUMBER),
}


def mappings(mark: str) -> dict[str, Any]:
    """The mapping of an index; a field that it does not name is refused. ``mark`` tells whose key its terms are under."""
    return {
        "dynamic": "strict",
        "_source": {"enabled": False},
        "_meta": {"format": FORMAT, "mark": mark},
        "properties": _PROPERTIES,
    }


def settings(shards: int) -> dict[str, Any]:
    """The settings of an index: a copy wherever there is a second node for it.

    Removals are remembered for an hour, so that a write that comes later than that does not bring a report back.
    """
    return {"number_of_shards": shards, "auto_expand_replicas": "0-1", "gc_deletes": "1h"}


def fields(document: IndexDocument, terms: Terms) -> dict[str, Any]:
    """The fields of a document."""
    made = terms.of(document.text)
    moment = second(document)
    yuan = min(max(document.amount_fen, 0) // 100, 2**31 - 1)
    risk = document.level.rank << 20 | min(max(int(document.score * 100), 0), 2**20 - 1)
    return {
        "characters": " ".join(made.characters),
        "bigrams": " ".join(made.bigrams),
        "words": " ".join(made.words),
        "accused": " ".join(terms.names(document.accused)),
        "party": list(document.party_keys),
        "lacks": list(document.lacks),
        "category": list(document.categories),
        "month": document.month,
        "risk": document.level.value,
        "channel": document.channel.value,
        **({"case": document.case_id} if document.case_id else {}),
        **{f"place{length}": code for length, code in document.places.items()},
        "seq": document.seq,
        "version": document.version,
        "print": document.version & _PRINT,
        "fen": min(max(document.amount_fen, 0), _LARGEST),
        "received": moment,
        "time_key": signed(moment << _KEY_BITS | document.seq),
        "amount_key": signed(yuan << _KEY_BITS | document.seq),
        "risk_key": signed(risk << _KEY_BITS | document.seq),
    }


def second(document: IndexDocument) -> int:
    """When a report was received, in whole seconds since 1970 (UTC), within what a sort key holds."""
    return min(max(0, int(document.received_at.timestamp())), _PRINT)


def signed(key: int) -> int:
    """A sort key of 64 bits as the engine's signed numbers hold it, in the same order."""
    return key - _HALF


def unsigned(held: int) -> int:
    """The sort key that ``signed`` made."""
    return held + _HALF


def number_in(key: int) -> int:
    """The report's number in a sort key."""
    return key & _PRINT
