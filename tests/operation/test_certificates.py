"""Certificates of an installation: a client that trusts its authority talks to its servers and to no other."""

from __future__ import annotations

import socket
import ssl
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from triage.operation.certificates import LIFE, write_certificates


def greeted(folder: Path, authority: Path, name: str) -> bytes:
    """What a client hears from a server with the folder's certificate, under a name that it checks."""
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(folder / "search.crt", folder / "search.key")
    ours, theirs = socket.socketpair()

    def serve() -> None:
        try:
            with server.wrap_socket(ours, server_side=True) as connection:
                connection.sendall(b"hello")
        except (ssl.SSLError, ConnectionError):
            ours.close()

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        client = ssl.create_default_context(cafile=str(authority))
        client.verify_flags |= ssl.VERIFY_X509_STRICT
        with client.wrap_socket(theirs, server_hostname=name) as connection:
            return connection.recv(5)
    finally:
        theirs.close()
        thread.join(30)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    assert write_certificates(tmp_path / "certs", ["search"])
    return tmp_path / "certs"


def test_a_server_is_trusted_under_its_name_and_on_its_own_machine(folder: Path) -> None:
    for name in ("search", "localhost", "127.0.0.1"):
        assert greeted(folder, folder / "ca.crt", name) == b"hello"


def test_another_name_and_another_authority_are_refused(folder: Path, tmp_path: Path) -> None:
    write_certificates(tmp_path / "other", ["search"])
    with pytest.raises(ssl.SSLCertVerificationError):
        greeted(folder, folder / "ca.crt", "database")
    with pytest.raises(ssl.SSLCertVerificationError):
        greeted(folder, tmp_path / "other" / "ca.crt", "search")


def test_a_second_run_leaves_what_holds_and_makes_anew_what_is_missing_or_runs_out(folder: Path) -> None:
    before = (folder / "search.crt").read_bytes()
    assert not write_certificates(folder, ["search"])
    assert (folder / "search.crt").read_bytes() == before
    assert not write_certificates(folder, ["search"], datetime.now(UTC) + LIFE - timedelta(days=91))
    assert write_certificates(folder, ["search"], datetime.now(UTC) + LIFE - timedelta(days=89))
    (folder / "ca.crt").unlink()
    assert write_certificates(folder, ["search"])
    assert greeted(folder, folder / "ca.crt", "search") == b"hello"


def test_no_key_of_the_authority_is_written_and_server_keys_are_not_for_everybody(folder: Path) -> None:
    assert sorted(path.name for path in folder.iterdir()) == ["ca.crt", "search.crt", "search.key"]
    assert (folder / "search.key").stat().st_mode & 0o777 == 0o640
