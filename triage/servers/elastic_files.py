"""What a local Elasticsearch is made of: the official build, a Java for it, certificates of its own, its settings."""

from __future__ import annotations

import base64
import fcntl
import hashlib
import ipaddress
import os
import re
import secrets
import shutil
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from platformdirs import user_cache_path

from triage.errors import Unavailable
from triage.maven import brought
from triage.servers.processes import NoServer

VERSION = "9.5.3"
ARTEFACT = f"org.elasticsearch.distribution.integ-test-zip:elasticsearch:{VERSION}:zip"
LEAST_JAVA = 21
_JVMS = Path("/usr/lib/jvm")
_MAY_SIGN = ("digital_signature", "key_cert_sign", "crl_sign")
_MAY_NOT = (
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "encipher_only",
    "decipher_only",
)
_SETTINGS = """\
cluster.name: triage-local
path.data: {folder}/data
path.logs: {folder}/logs
network.host: 127.0.0.1
http.port: {port}
# A full disk of the machine would stop a server that holds a few megabytes.
cluster.routing.allocation.disk.threshold_enabled: false
xpack.security.enabled: true
xpack.security.http.ssl.enabled: true
xpack.security.http.ssl.key: http.key
xpack.security.http.ssl.certificate: http.crt
"""
_ALONE = """\
node.name: one
transport.port: 0
discovery.type: single-node
"""
_AMONG = """\
node.name: {name}
transport.port: {port}
discovery.seed_hosts: [{hosts}]
cluster.initial_master_nodes: [{names}]
xpack.security.transport.ssl.enabled: true
xpack.security.transport.ssl.key: http.key
xpack.security.transport.ssl.certificate: http.crt
xpack.security.transport.ssl.certificate_authorities: ca.crt
"""
_ROLES = """\
triage:
  cluster: [monitor]
  indices:
    - names: ["triage*"]
      privileges: [all]
"""
_LOGGING = """\
rootLogger.level = warn
rootLogger.appenderRef.console.ref = console
appender.console.type = Console
appender.console.name = console
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %d{ISO8601} %-5p %c{1.} %m%n
"""
_ROUNDS = 1000
"""Of PBKDF2: the passwords are 192 random bits, which no dictionary holds."""


@dataclass(frozen=True, slots=True)
class Member:
    """One of several nodes: its name, the ports on which all of them meet by name, and what they have in common."""

    name: str
    ports: Mapping[str, int]
    passwords: Mapping[str, str]
    certificates: Path

    @property
    def settings(self) -> str:
        """Its lines in ``elasticsearch.yml``."""
        hosts = ", ".join(f'"127.0.0.1:{port}"' for port in self.ports.values())
        return _AMONG.format(name=self.name, port=self.ports[self.name], hosts=hosts, names=", ".join(self.ports))


def java_home() -> Path | None:
    """The newest JDK under ``/usr/lib/jvm`` that this version runs on; its ``release`` file tells which it is."""
    found: list[tuple[int, Path]] = []
    for told in _JVMS.glob("*/release"):
        version = re.search(r'^JAVA_VERSION="(\d+)', told.read_text(encoding="utf-8", errors="replace"), re.MULTILINE)
        if version and (told.parent / "bin" / "java").exists():
            found.append((int(version[1]), told.parent))
    newest = max(found, default=(0, Path()))
    return newest[1] if newest[0] >= LEAST_JAVA else None


def distribution(cache: Path | None = None) -> Path:
    """The folder of the official build, brought by Maven once and kept in the user's cache folder.

    Raises:
        NoServer: Maven is not installed, or cannot get it.
    """
    home = (cache or user_cache_path("triage")) / f"elasticsearch-{VERSION}"
    if home.is_dir():
        return home
    home.parent.mkdir(parents=True, exist_ok=True)
    folder = os.open(home.parent, os.O_RDONLY)
    try:
        # Of two runs at once the second waits for what the first brings
        fcntl.flock(folder, fcntl.LOCK_EX)
        if not home.is_dir():
            _bring(home)
    finally:
        os.close(folder)
    return home


def _bring(home: Path) -> None:
    with tempfile.TemporaryDirectory(prefix=".elasticsearch-", dir=home.parent) as name:
        draft = Path(name)
        with zipfile.ZipFile(_zip(draft)) as archive:
            archive.extractall(draft)
        unpacked = draft / home.name
        for program in (unpacked / "bin").iterdir():
            program.chmod(0o755)
        unpacked.rename(home)


def _zip(folder: Path) -> Path:
    try:
        return brought(ARTEFACT, folder, "zip", "Elasticsearch cannot be fetched.")
    except Unavailable as error:
        raise NoServer(error.sentence) from None


def write_configuration(
    home: Path,
    folder: Path,
    port: int,
    passwords: Mapping[str, str],
    java: Sequence[str],
    member: Member | None = None,
) -> None:
    """Writes ``folder/config``: settings, users with their roles, certificates, and what Java is started with beside
    what the build itself asks for.
    """
    config = folder / "config"
    config.mkdir(mode=0o700)
    if member is None:
        write_certificates(config)
    else:
        shutil.copytree(member.certificates, config, dirs_exist_ok=True)
    files = {
        "elasticsearch.yml": _SETTINGS.format(folder=folder, port=port) + (member.settings if member else _ALONE),
        "jvm.options": "\n".join((*_java_options(home), *java, "")),
        "log4j2.properties": _LOGGING,
        "roles.yml": _ROLES,
        "users": "".join(f"{name}:{password_hash(password)}\n" for name, password in passwords.items()),
        "users_roles": "triage:triage\nsuperuser:admin\n",
    }
    for name, text in files.items():
        (config / name).write_text(text, encoding="utf-8")


def _java_options(home: Path) -> list[str]:
    lines = (home / "config" / "jvm.options").read_text(encoding="utf-8").splitlines()
    # Dumps and logs of the collector are of no use here, and would hold what the server holds in memory.
    return [line for line in lines if not any(word in line for word in ("HeapDump", "ErrorFile", "-Xlog"))]


def password_hash(password: str) -> str:
    """A password as the file realm reads it (PBKDF2 with HMAC-SHA512, 256 bits)."""
    salt = secrets.token_bytes(32)
    hashed = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, _ROUNDS, 32)
    return f"{{PBKDF2}}{_ROUNDS}${base64.b64encode(salt).decode()}${base64.b64encode(hashed).decode()}"


def write_certificates(folder: Path) -> None:
    """An authority of its own (``ca.crt``; its key is thrown away) and a key and certificate for the loopback address."""
    now = datetime.now(UTC)
    ca_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    ca_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "triage local authority")])
    names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    identifier = x509.SubjectKeyIdentifier.from_public_key(ca_key.public_key())
    usage = x509.KeyUsage(**dict.fromkeys(_MAY_NOT, False), **dict.fromkeys(_MAY_SIGN, True))
    ca = (
        _certificate(ca_name, ca_name, ca_key.public_key(), now)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(identifier, critical=False)
        .sign(ca_key, hashes.SHA256())
    )
    own_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    own = (
        _certificate(own_name, ca_name, key.public_key(), now)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        # Nodes of one cluster are each other's clients
        .add_extension(
            x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]), critical=False
        )
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier), critical=False)
        .sign(ca_key, hashes.SHA256())
    )
    (folder / "ca.crt").write_bytes(ca.public_bytes(Encoding.PEM))
    (folder / "http.crt").write_bytes(own.public_bytes(Encoding.PEM))
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "http.key").touch(mode=0o600)
    (folder / "http.key").write_bytes(private)


def _certificate(
    subject: x509.Name, issuer: x509.Name, public_key: ec.EllipticCurvePublicKey, now: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + timedelta(days=30))
    )
