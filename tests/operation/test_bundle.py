"""The bundle for offices without a registry: complete, checked before anything is installed, and naming no registry.

That it installs and works is tried by `make bundle` itself, each time that one is made.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path, PurePosixPath

import pytest

from triage.operation.bundle import CHECKSUMS, MANIFEST, describe

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """A bundle with one wheel that is none and a model that is none."""
    folder = tmp_path / "bundle"
    (folder / "wheels").mkdir(parents=True)
    (folder / "wheels" / "triage-0-py3-none-any.whl").write_bytes(b"no wheel")
    (folder / "models" / "versions" / "linear-0").mkdir(parents=True)
    (folder / "models" / "versions" / "linear-0" / "manifest.json").write_text("{}", encoding="utf-8")
    (folder / "models" / "current.json").write_text('{"trail": ["linear-0"]}', encoding="utf-8")
    describe(folder)
    return folder


def installed(bundle: Path, python: str = sys.executable) -> subprocess.CompletedProcess[str]:
    command = ["sh", str(bundle / "install.sh"), str(bundle.parent / "target")]
    environment = {"PATH": "/usr/bin:/bin", "PYTHON": python, "HOME": str(bundle.parent)}
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment)


def test_every_file_has_its_checksum_and_the_manifest_says_for_what_it_is_made(bundle: Path) -> None:
    summed = {line.split("  ", 1)[1] for line in (bundle / CHECKSUMS).read_text("utf-8").splitlines()}
    there = {str(path.relative_to(bundle)) for path in bundle.rglob("*") if path.is_file()}
    assert summed == there - {CHECKSUMS}
    about = json.loads((bundle / MANIFEST).read_text("utf-8"))
    assert about["python"] == f"{sys.version_info[0]}.{sys.version_info[1]}"
    assert about["wheels"] == ["triage-0-py3-none-any.whl"]


def test_nothing_is_installed_from_a_bundle_with_a_changed_or_missing_file(bundle: Path) -> None:
    wheel = bundle / "wheels" / "triage-0-py3-none-any.whl"
    wheel.write_bytes(b"changed!")
    told = installed(bundle)
    assert told.returncode == 1
    assert "damaged or missing; nothing was installed" in told.stderr
    wheel.unlink()
    assert installed(bundle).returncode == 1
    assert not (bundle.parent / "target").exists()


def test_another_python_is_refused_by_name(bundle: Path) -> None:
    other = bundle.parent / "python"
    other.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    other.chmod(0o755)
    told = installed(bundle, str(other))
    assert told.returncode == 1
    assert f"made for Python {sys.version_info[0]}.{sys.version_info[1]}" in told.stderr
    assert not (bundle.parent / "target").exists()


PYTHON = """\
#!/bin/sh
# Stands for Python and for that of the new environment, and installs nothing
case "$*" in
  *"-m venv"*) mkdir -p "$4/bin"; cp "$0" "$4/bin/python" ;;
  *models_dir*) echo "$HOME/data/models" ;;
esac
"""
FULL = """\
#!/bin/sh
# A disk that is full once half of the models are copied
/bin/cp "$@" || exit 1
case "$*" in -R*) rm -rf "$HOME/data/models/versions/linear-0"; exit 1 ;; esac
"""


def test_a_disk_that_is_full_while_the_model_is_copied_leaves_none_in_use_and_the_next_call_copies_it(
    bundle: Path,
) -> None:
    tools, home = bundle.parent / "tools", bundle.parent
    tools.mkdir()
    for name, script in (("python", PYTHON), ("cp", FULL)):
        (tools / name).write_text(script, encoding="utf-8")
        (tools / name).chmod(0o755)
    command = ["sh", str(bundle / "install.sh"), str(home / "target")]
    environment = {"PATH": f"{tools}:/usr/bin:/bin", "PYTHON": str(tools / "python"), "HOME": str(home)}
    assert subprocess.run(command, capture_output=True, check=False, env=environment).returncode
    (tools / "cp").unlink()
    told = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    assert "Installed." in told.stdout
    models = home / "data" / "models"
    assert sorted(str(path.relative_to(models)) for path in models.rglob("*") if path.is_file()) == [
        "current.json",
        "versions/linear-0/manifest.json",
    ]


def test_every_file_of_data_is_packed_with_its_package() -> None:
    packed = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]["package-data"]
    globs = [f"{package.replace('.', '/')}/{pattern}" for package, patterns in packed.items() for pattern in patterns]
    listed = ["git", "ls-files", "triage", "models", "api", "corpora"]
    files = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    data = [name for name in files if not name.endswith(".py")]
    assert data
    assert [name for name in data if not any(PurePosixPath(name).match(pattern) for pattern in globs)] == []


def test_neither_bundle_nor_image_names_the_host_of_a_registry() -> None:
    hosts = re.compile(r"pypi\.org|pythonhosted|docker\.(io|elastic)|maven\.org|ghcr\.io|quay\.io|https?://[^1l\s/]")
    for name in ("Dockerfile", "Makefile", "constraints.txt", "triage/operation/bundle.py"):
        assert not hosts.search((ROOT / name).read_text("utf-8")), name
    images = re.findall(r"image: (\S+)", (ROOT / "docker-compose.yml").read_text("utf-8"))
    assert images
    assert not [image for image in images if "/" in image]
