"""Image and composition, as far as they can be held to their promises without an engine.

Checked: form and references by the compose specification's rules for the parts that are used; what is promised of every
service; that each setting and command of ours exists; and the commands themselves, run here. Not tried: the
servers' own images.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import stat
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml

from triage.cli.app import app
from triage.servers.processes import free_port
from triage.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = [name for name, one in SERVICES.items() if one["image"].startswith("triage:")]
JOBS = {"certificates", "migrate"}
# The rules of the compose specification for the parts that are used: the type of each key, and of what it holds.
TOP = {"name": str, "services": dict, "networks": dict, "volumes": dict, "secrets": dict}
SERVICE: dict[str, type | tuple[type, ...]] = {
    "image": str, "build": dict, "command": list, "user": str, "restart": str, "read_only": bool, "init": bool,
    "cap_drop": list, "security_opt": list, "logging": dict, "networks": list, "volumes": list, "tmpfs": list,
    "secrets": list, "environment": dict, "healthcheck": dict, "depends_on": dict, "deploy": dict, "ports": list,
    "stop_grace_period": str, "shm_size": str, "ulimits": dict,
}  # fmt: skip
HEALTH = {"test", "interval", "timeout", "retries", "start_period", "disable"}
CONDITIONS = {"service_started", "service_healthy", "service_completed_successfully"}
DURATION = re.compile(r"(\d+(us|ms|s|m|h))+")
SIZE = re.compile(r"\d+[KMGkmg]?[Bb]?")


def test_the_composition_has_only_known_parts_of_the_right_form() -> None:
    for key, value in COMPOSE.items():
        assert key.startswith("x-") or isinstance(value, TOP[key]), key
    for name, service in SERVICES.items():
        for key, value in service.items():
            assert isinstance(value, SERVICE[key]), f"{name}: {key}"
        assert all(isinstance(value, str) for value in service.get("environment", {}).values()), name
        assert all(isinstance(word, str) for word in service.get("command", [])), name
        assert service.get("restart") in {"no", "unless-stopped"}, name
        for key in ("stop_grace_period",):
            assert DURATION.fullmatch(service.get(key, "1s")), name
        health = service.get("healthcheck", {})
        assert health.keys() <= HEALTH, name
        assert all(DURATION.fullmatch(health[key]) for key in ("interval", "timeout", "start_period") if key in health)
        assert "test" not in health or health["test"][0] in {"CMD", "CMD-SHELL"}, name


def test_whatever_is_referred_to_is_there() -> None:
    for name, service in SERVICES.items():
        assert set(service["networks"]) <= set(COMPOSE["networks"]), name
        assert set(service.get("secrets", ())) <= set(COMPOSE["secrets"]), name
        for volume in service.get("volumes", ()):
            source, target, *mode = volume.split(":")
            assert source in COMPOSE["volumes"], f"{name}: only named volumes"
            assert target.startswith("/"), name
            assert mode in ([], ["ro"]), name
        for other, wish in service.get("depends_on", {}).items():
            assert wish["condition"] in CONDITIONS, name
            if wish["condition"] == "service_completed_successfully":
                assert SERVICES[other]["restart"] == "no", f"{name} would wait for ever for {other}"
            if wish["condition"] == "service_healthy":
                assert "test" in SERVICES[other]["healthcheck"], f"{name} would wait for ever for {other}"
        for given in re.findall(r"/run/secrets/(\w+)", json.dumps(service)):
            # A job that needs no secret inherits the settings that name them
            assert given in service["secrets"] or not service["secrets"], f"{name}: {given}"
    used = {volume.split(":")[0] for one in SERVICES.values() for volume in one.get("volumes", ())}
    assert used == set(COMPOSE["volumes"])


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_is_bound_as_promised(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert int(service["user"].split(":")[0]) > 0
    image, _, tag = service["image"].partition(":")
    assert re.search(r"\d+\.\d+", tag), f"{image} is not pinned"
    assert "/" not in image, "a name that any mirror can serve, without the host of a registry"
    limits = service["deploy"]["resources"]["limits"]
    assert limits.keys() == {"cpus", "memory", "pids"}
    assert float(limits["cpus"]) > 0
    assert SIZE.fullmatch(limits["memory"])
    assert any(entry.startswith("/tmp:") for entry in service["tmpfs"])  # noqa: S108  # a mount, no file of ours
    if name in JOBS:
        assert service["healthcheck"] == {"disable": True}
    else:
        assert "test" in service.get("healthcheck", {}) or name == "api", "the API has that of the image"


def test_only_the_api_is_reached_from_outside_and_that_on_the_loopback() -> None:
    assert [name for name, one in SERVICES.items() if "ports" in one] == ["api"]
    assert all(port.startswith("127.0.0.1:") for port in SERVICES["api"]["ports"])
    assert [name for name, one in SERVICES.items() if one["networks"] != ["inside"]] == ["api"]
    assert COMPOSE["networks"]["inside"] == {"internal": True}


def test_secrets_are_files_and_stand_in_no_environment() -> None:
    text = (ROOT / "docker-compose.yml").read_text("utf-8")
    assert all(one.keys() == {"file"} and one["file"].startswith("./secrets/") for one in COMPOSE["secrets"].values())
    for name, service in SERVICES.items():
        for key, value in service.get("environment", {}).items():
            if re.search("PASSWORD|KEY|TOKEN", key):
                assert key.endswith("_FILE"), f"{name}: {key}"
                assert value.startswith("/run/secrets/"), f"{name}: {key}"
    assert not re.search(r"://\w+:[^/@]+@", text), "a password in an address"


def test_the_servers_ask_for_passwords_and_speak_tls() -> None:
    search = SERVICES["search"]["environment"]
    assert search["xpack.security.enabled"] == search["xpack.security.http.ssl.enabled"] == "true"
    written = SERVICES["certificates"]["command"][-1]
    for key in ("key", "certificate", "certificate_authorities"):
        assert search[f"xpack.security.http.ssl.{key}"] in {
            f"certs/{written}.key",
            f"certs/{written}.crt",
            "certs/ca.crt",
        }
    address = SERVICES["api"]["environment"]["TRIAGE_ELASTICSEARCH_URL"]
    assert re.fullmatch(rf"https://\w+@{written}:9200", address)
    assert "scram-sha-256" in SERVICES["database"]["environment"]["POSTGRES_INITDB_ARGS"]


@pytest.mark.parametrize("name", OURS)
def test_each_setting_and_command_of_ours_exists(name: str) -> None:
    assert set(SERVICES[name]["environment"]) <= {f"TRIAGE_{field.upper()}" for field in Settings.model_fields}
    command(SERVICES[name]["command"])


def command(words: list[str]) -> None:
    """Parses a command line of ours without running it."""
    if words[0] == "python":
        assert words[1] == "-m"
        assert (ROOT / (words[2].replace(".", "/") + ".py")).is_file()
        return
    assert words[0] == "triage"
    group = typer.main.get_command(app)
    assert isinstance(group, typer.core.TyperGroup)
    inner = group.commands[words[1]]
    inner.make_context(words[1], words[2:])


def instructions() -> Iterator[tuple[str, str]]:
    """The lines of the Dockerfile, joined where they go on, as instruction and rest."""
    text = re.sub(r"\\\n\s*", "", (ROOT / "Dockerfile").read_text("utf-8"))
    for line in text.splitlines():
        if line.strip() and not line.startswith("#"):
            word, _, rest = line.partition(" ")
            yield word, rest


def test_the_image_is_built_in_stages_from_pinned_ones_and_runs_as_nobody_special() -> None:
    made = list(instructions())
    assert {word for word, _ in made} <= {
        "ARG", "FROM", "ENV", "WORKDIR", "RUN", "COPY", "USER", "EXPOSE", "STOPSIGNAL", "HEALTHCHECK", "CMD"
    }  # fmt: skip
    assert re.fullmatch(r"PYTHON_IMAGE=python:3\.11\.\d+-slim-\w+", dict(made)["ARG"])
    last = max(number for number, (word, _) in enumerate(made) if word == "FROM")
    assert [rest.split()[0] for word, rest in made if word == "FROM"] == ["${PYTHON_IMAGE}"] * 2
    final = made[last:]
    assert not any("pip" in rest for word, rest in final if word == "RUN")
    assert [rest for word, rest in final if word == "USER"] == ["1000:0"]
    assert "triage" in SERVICES["api"]["image"]
    for word, rest in made[:last]:
        if word == "COPY":
            *sources, _ = rest.split()
            let_in = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
            for source in sources:
                assert (ROOT / source).exists(), source
                assert f"!{source}" in let_in, f"{source} is kept from the engine"
    (start,) = [json.loads(rest) for word, rest in final if word == "CMD"]
    command(start)
    assert start == SERVICES["api"]["command"]


def health() -> list[str]:
    """The health command of the image."""
    (given,) = [rest for word, rest in instructions() if word == "HEALTHCHECK"]
    words: list[str] = json.loads(given.partition("CMD ")[2])
    return words


def test_the_secrets_are_made_once_and_for_one_user(tmp_path: Path) -> None:
    shutil.copy(ROOT / "Makefile", tmp_path)
    subprocess.run(["make", "secrets"], cwd=tmp_path, check=True, capture_output=True)
    made = {path.name: path for path in (tmp_path / "secrets").iterdir()}
    assert set(made) == set(COMPOSE["secrets"])
    assert stat.S_IMODE((tmp_path / "secrets").stat().st_mode) == 0o700
    texts = {name: path.read_text("ascii") for name, path in made.items()}
    assert all(re.fullmatch("[0-9a-f]{64}", text) for text in texts.values())
    assert len(set(texts.values())) == len(texts)
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o400 for path in made.values())
    subprocess.run(["make", "secrets"], cwd=tmp_path, check=True, capture_output=True)
    assert texts == {name: path.read_text("ascii") for name, path in made.items()}


def test_the_commands_of_the_composition_run_and_its_health_commands_tell_life_from_death(
    tmp_path: Path, data_dir: Path
) -> None:
    """On the embedded store, in processes of their own, as jobs and servers follow each other there."""
    port, figures = free_port(), free_port()
    key, token = tmp_path / "key", tmp_path / "token"
    key.write_text("5" * 64, encoding="ascii")
    token.write_text("t" * 64, encoding="ascii")
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("TRIAGE_")},
        "TRIAGE_DATA_DIR": str(data_dir), "TRIAGE_PORT": str(port), "TRIAGE_MASTER_KEY_FILE": str(key),
        "TRIAGE_METRICS_PORT": str(figures), "TRIAGE_METRICS_HOST": "0.0.0.0",  # noqa: S104
        "TRIAGE_METRICS_TOKEN_FILE": str(token),
        "PYTHONPATH": str(ROOT),
    }  # fmt: skip

    def words(given: list[str]) -> list[str]:
        ours = {"triage": [sys.executable, "-m", "triage.cli"], "python": [sys.executable]}
        moved = [word.replace("/certs", str(tmp_path / "certs")) for word in given[1:]]
        return [*ours[given[0]], *moved]

    def runs(given: list[str]) -> int:
        return subprocess.run(words(given), env=environment, capture_output=True, check=False).returncode

    def healthy(given: list[str]) -> bool:
        ports = {"8000": str(port), "9465": str(figures + 1)}
        moved = [re.sub("|".join(ports), lambda found: ports[found.group()], word) for word in given]
        return runs(moved) == 0

    assert runs(SERVICES["certificates"]["command"]) == 0
    assert (tmp_path / "certs" / "search.key").is_file()
    assert [runs(SERVICES["migrate"]["command"]) for _ in range(2)] == [0, 0]
    worker_health = SERVICES["worker"]["healthcheck"]["test"][1:]
    assert not healthy(health())
    assert not healthy(worker_health)
    serving = [
        subprocess.Popen(
            words(SERVICES[name]["command"]), env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        for name in ("api", "worker")
    ]
    try:
        until = time.monotonic() + 60
        while not (healthy(health()) and healthy(worker_health)):
            assert time.monotonic() < until
            assert all(process.poll() is None for process in serving)
            time.sleep(0.2)
        asked = urllib.request.Request(
            f"http://127.0.0.1:{figures}/metrics", headers={"Authorization": "Bearer " + "t" * 64}
        )
        with urllib.request.urlopen(asked, timeout=10) as answer:  # noqa: S310  # an address of this machine
            assert b"triage_workers 1.0" in answer.read()
    finally:
        for process in serving:
            process.terminate()
        assert [process.wait(30) for process in serving] == [0, 0]
