"""Certificates for the servers of one installation: an authority of its own, and one certificate for each server.

    python -m triage.operation.certificates FOLDER NAME…

Made once; a second run leaves what still holds for ninety days. The authority's key lives only in memory: whoever reads
the folder can impersonate the servers whose keys stand there and nobody else. When a certificate runs out, all are
made anew and clients read the new ``ca.crt``.
"""

from __future__ import annotations

import ipaddress
import os
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

LIFE = timedelta(days=825)
LEAST_LEFT = timedelta(days=90)
_AUTHORITY = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "triage internal authority")])


@dataclass(frozen=True, slots=True)
class Authority:
    """Signs certificates; kept in memory alone."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate


def write_certificates(folder: Path, names: list[str], now: datetime | None = None) -> bool:
    """Writes ``ca.crt`` and, for each server, ``NAME.crt`` and ``NAME.key`` (PKCS 8); whether anything was written.

    Keys can be read by owner and group (0640): the server runs as another user of the same group.
    """
    moment = now or datetime.now(UTC)
    keys = [folder / f"{name}.key" for name in names]
    held = [folder / "ca.crt", *(key.with_suffix(".crt") for key in keys)]
    if all(_holds(path, moment) for path in held) and all(key.is_file() for key in keys):
        return False
    folder.mkdir(parents=True, exist_ok=True)
    # Away first: a run that ends in the middle must not leave one authority beside certificates of another.
    (folder / "ca.crt").unlink(missing_ok=True)
    authority = _authority(moment)
    for name in names:
        key = ec.generate_private_key(ec.SECP256R1())
        _write(folder / f"{name}.crt", _pem(_server(authority, key, name, moment)), 0o644)
        private = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        _write(folder / f"{name}.key", private, 0o640)
    # Last: with it the folder is whole.
    _write(folder / "ca.crt", _pem(authority.certificate), 0o644)
    return True


def _authority(now: datetime) -> Authority:
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = (
        _begun(_AUTHORITY, key, now)
        .issuer_name(_AUTHORITY)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    return Authority(key, certificate)


def _server(authority: Authority, key: ec.EllipticCurvePrivateKey, name: str, now: datetime) -> x509.Certificate:
    alternatives = [
        x509.DNSName(name),
        x509.DNSName("localhost"),
        x509.IPAddress(ipaddress.ip_address("127.0.0.1")),
    ]
    signer = authority.key.public_key()
    return (
        _begun(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]), key, now)
        .issuer_name(_AUTHORITY)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs=False), critical=True)
        # Nodes of one cluster are each other's clients.
        .add_extension(
            x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]), critical=False
        )
        .add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer), critical=False)
        .sign(authority.key, hashes.SHA256())
    )


def _begun(subject: x509.Name, key: ec.EllipticCurvePrivateKey, now: datetime) -> x509.CertificateBuilder:
    builder = x509.CertificateBuilder().subject_name(subject).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number())
    # An hour back: the clocks of two machines are never quite the same.
    return builder.not_valid_before(now - timedelta(hours=1)).not_valid_after(now + LIFE)


def _usage(*, signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs,
        key_cert_sign=signs,
        crl_sign=signs,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _holds(path: Path, now: datetime) -> bool:
    try:
        return x509.load_pem_x509_certificate(path.read_bytes()).not_valid_after_utc - now >= LEAST_LEFT
    except (OSError, ValueError):
        return False


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _write(path: Path, content: bytes, mode: int) -> None:
    draft = path.with_name(path.name + ".new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        os.fchmod(file.fileno(), mode)
        file.write(content)
    draft.replace(path)


if __name__ == "__main__":
    written = write_certificates(Path(sys.argv[1]), sys.argv[2:])
    sys.stdout.write("Certificates written.\n" if written else "The certificates still hold.\n")
