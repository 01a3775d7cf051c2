"""A packet opens for the office that it was made for, as it was made, and in no other way."""

from __future__ import annotations

import hashlib
import json

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from triage.errors import BadInput
from triage.store.packets import make_packet, make_pair, open_packet, read_opener, read_recipient

PRIVATE, PUBLIC, FINGERPRINT = make_pair()
OPENER, RECIPIENT = read_opener(PRIVATE), read_recipient(PUBLIC)
ID = "01J0000000000000000000000A"
CONTENT = {"body": {"text": "县纪委书记何有田收了钱"}, "reporter": {"name": "黄莺儿", "contact": None}}
PACKET = make_packet(ID, CONTENT, RECIPIENT)


def test_the_office_above_reads_what_was_sent() -> None:
    opened = open_packet(PACKET, OPENER)
    assert (opened.report, opened.content) == (ID, CONTENT)
    assert opened.digest == hashlib.sha256(PACKET).hexdigest()


@given(st.integers(0, len(PACKET) - 1), st.integers(1, 255))
def test_a_packet_of_which_any_byte_was_changed_is_refused(place: int, change: int) -> None:
    altered = bytearray(PACKET)
    altered[place] ^= change
    with pytest.raises(BadInput) as refused:
        open_packet(bytes(altered), OPENER)
    assert refused.value.rule in {"form", "version", "foreign", "damaged"}


def test_every_single_byte_of_the_lines_in_clear_and_of_the_tag_counts() -> None:
    end = PACKET.index(b"\n", PACKET.index(b"\n") + 1) + 1
    for place in [*range(end + 34), *range(len(PACKET) - 34, len(PACKET))]:
        altered = PACKET[:place] + bytes([PACKET[place] ^ 1]) + PACKET[place + 1 :]
        with pytest.raises(BadInput):
            open_packet(altered, OPENER)


@given(st.integers(0, len(PACKET) - 1))
def test_a_packet_that_was_cut_is_refused(length: int) -> None:
    with pytest.raises(BadInput):
        open_packet(PACKET[:length], OPENER)


@given(st.binary(min_size=1, max_size=40))
def test_a_packet_to_which_something_was_added_is_refused(more: bytes) -> None:
    for altered in (PACKET + more, more + PACKET):
        with pytest.raises(BadInput):
            open_packet(altered, OPENER)


@given(st.binary(max_size=400))
def test_any_other_file_is_no_packet(data: bytes) -> None:
    with pytest.raises(BadInput, match="packet"):
        open_packet(data, OPENER)
    with pytest.raises(BadInput, match="packet"):
        open_packet(b"TRIAGE SEALED REPORT 1\n" + data, OPENER)


def test_the_lines_in_clear_cannot_be_taken_from_another_packet() -> None:
    other = make_packet("01J0000000000000000000000B", CONTENT, RECIPIENT)
    mixed = b"\n".join([*other.split(b"\n", 2)[:2], PACKET.split(b"\n", 2)[2]])
    with pytest.raises(BadInput, match="altered"):
        open_packet(mixed, OPENER)


def test_another_key_does_not_open_it_and_is_told_so() -> None:
    stranger = read_opener(make_pair()[0])
    with pytest.raises(BadInput, match="another key") as refused:
        open_packet(PACKET, stranger)
    assert refused.value.rule == "foreign"
    renamed = PACKET.replace(FINGERPRINT.encode(), stranger.fingerprint.encode())
    with pytest.raises(BadInput, match="altered"):
        open_packet(renamed, stranger)


def test_a_packet_of_a_later_version_is_told_so() -> None:
    with pytest.raises(BadInput, match="Another version"):
        open_packet(PACKET.replace(b"REPORT 1\n", b"REPORT 2\n"), OPENER)


@given(st.text(max_size=3000))
def test_length_tells_blocks_alone_and_any_text_comes_through(text: str) -> None:
    packet = make_packet(ID, {"body": {"text": text}}, RECIPIENT)
    assert open_packet(packet, OPENER).content == {"body": {"text": text}}
    assert (len(packet) - len(PACKET)) % 4096 == 0


def test_one_report_packed_twice_gives_two_ciphertexts_and_no_word_of_it() -> None:
    again = make_packet(ID, CONTENT, RECIPIENT)
    assert again != PACKET
    for word in ("何有田", "黄莺儿", "text", "reporter"):
        assert word.encode() not in PACKET


def test_what_was_sealed_by_the_right_key_and_is_no_report_is_refused() -> None:
    for content in ([1], "text", 7, None):
        packet = make_packet(ID, content, RECIPIENT)  # type: ignore[arg-type]
        with pytest.raises(BadInput) as refused:
            open_packet(packet, OPENER)
        assert refused.value.rule == "content"


def test_a_private_key_is_refused_where_a_public_one_is_asked_for_and_so_is_any_other_file() -> None:
    with pytest.raises(BadInput, match="must not leave its office"):
        read_recipient(PRIVATE)
    ed = Ed25519PrivateKey.generate()
    for other in (
        ed.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
        b"",
        b"\xff" * 40,
        b"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n",
    ):
        with pytest.raises(BadInput, match="make-key"):
            read_recipient(other)
    locked = X25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    assert read_opener(locked).fingerprint != FINGERPRINT
    for other in (PUBLIC, b"", ed.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())):
        with pytest.raises(BadInput, match="make-key"):
            read_opener(other)


def test_a_key_that_everybody_could_open_is_refused() -> None:
    """A point of small order: whatever is sealed to it is sealed to nobody."""
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey

    weak = X25519PublicKey.from_public_bytes(bytes(32))
    pem = weak.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    with pytest.raises(BadInput, match="none that anything can be sealed to"):
        make_packet(ID, CONTENT, read_recipient(pem))


def test_both_halves_of_a_pair_have_one_fingerprint() -> None:
    assert OPENER.fingerprint == RECIPIENT.fingerprint == FINGERPRINT
    assert len(FINGERPRINT) == 32
    assert json.loads(PACKET.split(b"\n", 2)[1]) == {"report": ID, "key": FINGERPRINT}
