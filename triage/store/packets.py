"""Packets: one sealed report as a file that the office above alone can open.

    TRIAGE SEALED REPORT 1\\n  {"report", "key"}\\n  ciphertext

The ciphertext is HPKE (RFC 9180: DHKEM(X25519), HKDF-SHA256, AES-256-GCM, one shot) with the two lines before it as its
info, so that no byte of the file can be changed. In clear stand the report's id at the office that sends it and the
fingerprint of the key that opens it. What is inside is JSON, filled up with spaces to whole blocks, so that the length
of a file tells little of the length of a letter.

A packet proves to nobody who made it: whoever has the public key can make one. Its digest is told on both sides, so
that two offices can compare it.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidTag, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from triage.errors import BadInput

MAGIC = b"TRIAGE SEALED REPORT "
_FORM = b"1\n"
_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
_BLOCK = 4096
_MOST_HEAD = 200


@dataclass(frozen=True, slots=True)
class Recipient:
    """The office that a packet is made for: its public key, and by what people know that (32 hexadecimal digits)."""

    key: X25519PublicKey
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Opener:
    """The private key of the own office."""

    key: X25519PrivateKey
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Packet:
    """An opened packet: ``report`` is the id at the office that sent it; ``content`` is what that office said.

    Nothing in it is checked but that it is what was sealed.
    """

    report: str
    content: dict[str, Any]
    digest: str


def make_pair() -> tuple[bytes, bytes, str]:
    """A new pair: the private and the public key as PEM, and the fingerprint."""
    key = X25519PrivateKey.generate()
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return private, public, _fingerprint(key.public_key())


def read_recipient(pem: bytes) -> Recipient:
    """The public key in a file.

    Raises:
        BadInput: anything else stands in it, a private key for instance.
    """
    if b"PRIVATE KEY" in pem:
        raise BadInput(
            "key-file", "private", "This is a private key: it must not leave its office. The public one is needed."
        )
    try:
        key = load_pem_public_key(pem)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, X25519PublicKey):
        raise BadInput("key-file", "form", "The file holds no public X25519 key as `triage sealed make-key` writes it.")
    return Recipient(key, _fingerprint(key))


def read_opener(pem: bytes) -> Opener:
    """The private key in a file.

    Raises:
        BadInput: anything else stands in it.
    """
    try:
        key = load_pem_private_key(pem, None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, X25519PrivateKey):
        raise BadInput(
            "key-file", "form", "The file holds no private X25519 key as `triage sealed make-key` writes it."
        )
    return Opener(key, _fingerprint(key.public_key()))


def make_packet(report_id: str, content: dict[str, Any], recipient: Recipient) -> bytes:
    """The file of one report.

    Raises:
        BadInput: nothing can be sealed to this key.
    """
    head = MAGIC + _FORM + json.dumps({"report": report_id, "key": recipient.fingerprint}).encode() + b"\n"
    plain = json.dumps(content, ensure_ascii=False).encode("utf-8", "surrogatepass")
    plain += b" " * (-len(plain) % _BLOCK)
    try:
        return head + _SUITE.encrypt(plain, recipient.key, info=head)
    except ValueError:
        raise BadInput("key-file", "weak", "This public key is none that anything can be sealed to.") from None


def open_packet(data: bytes, opener: Opener) -> Packet:
    """What stands in a packet.

    Raises:
        BadInput: no packet (``form``), one of another version (``version``), sealed to another key (``foreign``) or
            altered (``damaged``).
    """
    if not data.startswith(MAGIC):
        raise BadInput("packet", "form", "This file is no packet of a sealed report.")
    if not data.startswith(MAGIC + _FORM):
        raise BadInput("packet", "version", "Another version of this program made the packet.")
    start = len(MAGIC + _FORM)
    end = data.find(b"\n", start, start + _MOST_HEAD) + 1
    damaged = BadInput("packet", "damaged", "The packet was altered or cut on its way; ask for it once more.")
    head = _read(data[start:end])
    if head is None or not isinstance(head.get("key"), str) or not isinstance(head.get("report"), str):
        raise damaged
    if head["key"] != opener.fingerprint:
        raise BadInput("packet", "foreign", "The packet is sealed to another key than this one.")
    try:
        plain = _SUITE.decrypt(data[end:], opener.key, info=data[:end])
    except (InvalidTag, ValueError):
        raise damaged from None
    content = _read(plain)
    if content is None:
        raise BadInput("packet", "content", "What stands in the packet is not what such packets hold.")
    return Packet(head["report"], content, digest_of(data))


def digest_of(packet: bytes) -> str:
    """SHA-256 of a packet, by which two offices know that they speak of the same file."""
    return hashlib.sha256(packet).hexdigest()


def _read(data: bytes) -> dict[str, Any] | None:
    try:
        value = json.loads(data.decode("utf-8", "surrogatepass"))
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _fingerprint(key: X25519PublicKey) -> str:
    return hashlib.sha256(b"triage/v1/packet" + key.public_bytes_raw()).hexdigest()[:32]
