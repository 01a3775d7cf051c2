"""Receipts: what a reporter keeps to ask what became of the report.

A code has 80 bits in 16 Crockford base-32 characters and one check character, shown 4-4-4-5. The check character makes
the weighted sum of all 17 characters zero in the field of 32 elements (x^5 + x^2 + 1), with weight a^i at position i:
every single wrong character and every swap of neighbours is caught. Only a keyed hash of a code is ever stored.
"""

from __future__ import annotations

import hmac
import re
import secrets
import unicodedata

from triage.errors import BadInput

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_VALUES = {character: value for value, character in enumerate(ALPHABET)}
_SLIPS = str.maketrans({"O": "0", "I": "1", "L": "1"})
_DATA = 16
# What people write before a code, as it stands on the page and on paper; matched once only letters are left
_LABEL = re.compile(
    "(?:[我您]的)?(?:回[执執]单?[码碼号號]?|收据[码号]?)?[是为為]?(?:(?:MY|YOUR)?(?:RECEIPT)?(?:CODE|NUMBER|NO)?(?:IS)?)?"
)


def new_code() -> str:
    """A receipt for a report that came without an idempotency key: 80 random bits."""
    return _with_check(secrets.token_bytes(10))


def derived_code(receipt_key: bytes, idempotency_key: str, body_hash: bytes) -> str:
    """The receipt for a report with an idempotency key: a repeat gets the same code though neither is stored.

    Args:
        receipt_key: the vault's subkey ``receipt``.
        idempotency_key: as the sender gave it, with its namespace.
        body_hash: keyed hash of the body.
    """
    mac = hmac.digest(receipt_key, b"code\0" + idempotency_key.encode() + b"\0" + body_hash, "sha256")
    return _with_check(mac[:10])


def shown(code: str) -> str:
    """The code in groups of 4-4-4-5, as it is printed and read out."""
    return "-".join((code[:4], code[4:8], code[8:12], code[12:]))


def normalised_code(given: str) -> str:
    """The code that a person meant.

    Forgiven are width, case, whatever is no letter or digit, a label before the code, and the slips O for 0 and I, L for 1.

    Raises:
        BadInput: not 17 characters, or the check character does not fit (rule ``check``).
    """
    # Phones write hyphens of five kinds, full stops after the last group and marks that nobody sees.
    signs = "".join(filter(str.isalnum, unicodedata.normalize("NFKC", given))).upper()
    label, code = signs[: -_DATA - 1], signs[-_DATA - 1 :].translate(_SLIPS)
    if len(code) != _DATA + 1 or not _VALUES.keys() >= set(code) or not _LABEL.fullmatch(label):
        raise BadInput("receipt", "form", "A receipt has 17 letters and digits, shown as four groups.")
    if _weighted_sum(code) != 0:
        raise BadInput("receipt", "check", "One character of the receipt is wrong; please compare it once more.")
    return code


def receipt_hash(receipt_key: bytes, code: str) -> str:
    """The keyed hash under which a receipt is looked up."""
    return hmac.digest(receipt_key, b"look-up\0" + code.encode(), "sha256").hex()


def _double(value: int) -> int:
    value <<= 1
    return value ^ 0b100101 if value & 0b100000 else value


def _product(one: int, other: int) -> int:
    result = 0
    while other:
        if other & 1:
            result ^= one
        one, other = _double(one), other >> 1
    return result


def _weighted() -> list[dict[str, int]]:
    """For each position its weight times the value of each character, so that a code costs 17 look-ups."""
    tables, weight = [], 1
    for _ in range(_DATA + 1):
        tables.append({character: _product(weight, value) for character, value in _VALUES.items()})
        weight = _double(weight)
    return tables[::-1]


_WEIGHTED = _weighted()


def _weighted_sum(code: str) -> int:
    total = 0
    for table, character in zip(_WEIGHTED, code, strict=True):
        total ^= table[character]
    return total


def _with_check(data: bytes) -> str:
    number = int.from_bytes(data, "big")
    digits = "".join(ALPHABET[(number >> shift) & 31] for shift in range(75, -1, -5))
    # The check character stands last, with weight 1: it is simply the sum of the others.
    return digits + ALPHABET[_weighted_sum(digits + "0")]
