"""`make bundle`: a folder from which an office installs whose network reaches no registry.

    python -m triage.operation.bundle build/bundle

In it lie the wheels of everything at the pinned versions, our own among them, a trained model, an install script that asks no
network, and checksums of all. The wheels are those of this machine's Python and platform. When it is made, it is
tried: installed into a new virtual environment, without a network where the system lets us cut it off, and asked to read a report.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path

from triage.errors import BadSetup

CHECKSUMS = "SHA256SUMS"
MANIFEST = "manifest.json"
INSTALLER = """\
#!/bin/sh
# Installs triage from this folder; no network is asked.
#   sh install.sh TARGET         TARGET becomes a virtual environment with TARGET/bin/triage
# PYTHON names the interpreter (default python3), TRIAGE_DATA_DIR the data folder that gets the trained model.
# -I: a file that lies beside these is no code to run, whatever its name.
set -eu
target=${1:?"usage: sh install.sh TARGET"}
case $target in /*) ;; *) target=$PWD/$target ;; esac
cd "$(dirname "$0")"
sha256sum --check --quiet --strict SHA256SUMS || { echo "Files of this bundle are damaged or missing; nothing was installed." >&2; exit 1; }
${PYTHON:-python3} -I -c 'import sys; sys.exit(sys.version_info[:2] != (@MAJOR@, @MINOR@))' || {
  echo "This bundle is made for Python @MAJOR@.@MINOR@; name it in PYTHON." >&2; exit 1; }
${PYTHON:-python3} -I -m venv "$target"
"$target/bin/python" -I -m pip install --quiet --disable-pip-version-check --no-index --find-links wheels 'triage[accurate]==@VERSION@'
models=$("$target/bin/python" -I -c 'from triage.settings import get_settings; print(get_settings().models_dir)')
if [ ! -e "$models/current.json" ]; then
  # Data of reports come to lie beside the models.
  [ -d "${models%/*}" ] || (umask 077; mkdir -p "${models%/*}")
  mkdir -p "$models"
  # What tells which model is in use comes last: a copy that breaks off is made again by the next call.
  for one in models/*; do
    [ "$one" = models/current.json ] || cp -R "$one" "$models/"
  done
  cp models/current.json "$models/current.json.new"
  mv "$models/current.json.new" "$models/current.json"
fi
echo "Installed. Try: $target/bin/triage doctor"
"""
TEXT = "村支书周大成把我家危房改造补助款扣了三千块"


def make(out: Path, *, source: Path = Path()) -> None:
    """Makes the bundle anew in ``out`` and tries it.

    Raises:
        BadSetup: a step failed; pip's own words stand above.
    """
    draft = out.with_name(out.name + ".new")
    shutil.rmtree(draft, ignore_errors=True)
    (draft / "wheels").mkdir(parents=True)
    _say("Gathering wheels …")
    pip = [sys.executable, "-P", "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check"]
    _run([*pip, "-c", str(source / "constraints.txt"), "-w", str(draft / "wheels"), f"{source.absolute()}[accurate]"])
    _say("Training the model …")
    with tempfile.TemporaryDirectory() as folder:
        _run([sys.executable, "-P", "-m", "triage.cli", "train"], TRIAGE_DATA_DIR=folder)
        shutil.copytree(Path(folder) / "models", draft / "models", ignore=shutil.ignore_patterns("*.lock", ".*"))
    describe(draft)
    _say("Trying it …")
    _say(try_out(draft))
    shutil.rmtree(out, ignore_errors=True)
    draft.replace(out)
    size = sum(path.stat().st_size for path in out.rglob("*") if path.is_file())
    _say(
        f"{out}: {len(list((out / 'wheels').iterdir()))} wheels, {size / 1e6:.0f} MB. Install with: sh install.sh TARGET"
    )


def describe(folder: Path) -> None:
    """Writes install script, manifest and checksums beside the wheels and the models of a folder."""
    major, minor = sys.version_info[:2]
    told = {"@MAJOR@": str(major), "@MINOR@": str(minor), "@VERSION@": version("triage")}
    script = INSTALLER
    for mark, value in told.items():
        script = script.replace(mark, value)
    (folder / "install.sh").write_text(script, encoding="utf-8")
    pointer = json.loads((folder / "models" / "current.json").read_text(encoding="utf-8"))
    about = {
        "triage": version("triage"),
        "python": f"{major}.{minor}",
        "platform": f"{sys.platform} {platform.machine()}",
        "models": pointer,
        "wheels": sorted(path.name for path in (folder / "wheels").iterdir()),
    }
    (folder / MANIFEST).write_text(json.dumps(about, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != CHECKSUMS)
    lines = [f"{_digest(path)}  {path.relative_to(folder).as_posix()}\n" for path in files]
    (folder / CHECKSUMS).write_text("".join(lines), encoding="utf-8")


def try_out(folder: Path) -> str:
    """Installs a bundle into a new environment and lets it read a report; a sentence of how that went.

    Raises:
        BadSetup: a step failed.
    """
    alone = _without_network()
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as home:
        target, data = Path(home) / "installed", Path(home) / "data"
        environment = {"PATH": os.environ["PATH"], "HOME": home, "TRIAGE_DATA_DIR": str(data), "PYTHON": sys.executable}
        _only([*alone, "sh", str(folder.absolute() / "install.sh"), str(target)], environment)
        row = json.dumps({"id": "1", "text": TEXT}) + "\n"
        told = _only([*alone, str(target / "bin" / "triage"), "assess"], environment, given=row)
    read = json.loads(told)
    if not read["categories"]:
        raise BadSetup("What the bundle installed does not understand a plain report.")
    how = "without a network" if alone else "with the registry switched off, but not cut off from the network"
    return f"Installed and read a report {how}, in {time.monotonic() - began:.0f} s, with model {read['model']}."


def _without_network() -> list[str]:
    """What runs a command in a network of its own, which leads nowhere; nothing where the system does not allow that."""
    for words in (["unshare", "-n"], ["unshare", "-rn"]):
        if shutil.which(words[0]):
            tried = subprocess.run([*words, "true"], capture_output=True, check=False)  # noqa: S603  # fixed words
            if not tried.returncode:
                return words
    return []


def _run(words: Sequence[str], **changes: str) -> None:
    if subprocess.run(words, env={**os.environ, **changes}, check=False).returncode:  # noqa: S603  # our own words
        raise BadSetup(f"{Path(words[0]).name} {words[3]} failed; see above.")


def _only(words: Sequence[str], environment: Mapping[str, str], given: str = "") -> str:
    """Runs a command with this environment and no other; what it printed."""
    ended = subprocess.run(words, env=environment, input=given, capture_output=True, text=True, check=False)  # noqa: S603  # our own words
    if ended.returncode:
        sys.stderr.write(ended.stdout + ended.stderr)
        raise BadSetup("What the bundle installs does not work; see above.")
    return ended.stdout


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    try:
        make(Path(sys.argv[1]))
    except BadSetup as error:
        sys.exit(f"bundle: {error.sentence}")
