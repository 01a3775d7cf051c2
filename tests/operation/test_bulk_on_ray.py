"""The page's example for Ray gives on a cluster of two nodes of this machine what one process gives."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from models.registry import Registry
from tests.operation.test_bulk import DECIDED, ROOT, examples, rows
from triage.bulk import assess_lines

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("ray") is None, reason="Ray is not installed: make ray installs it and runs this test"
)
# In a process of its own: what Ray leaves running in a process must not meet the tests behind this one
_CLUSTER = """
import os, subprocess, sys
from ray.cluster_utils import Cluster

node = {"num_cpus": 1, "object_store_memory": 100_000_000}
cluster = Cluster(initialize_head=True, head_node_args={**node, "include_dashboard": False})
cluster.add_node(**node)
try:
    told = subprocess.run([sys.executable, *sys.argv[1:]], env={**os.environ, "RAY_ADDRESS": cluster.address}, check=False)
finally:
    cluster.shutdown()
sys.exit(told.returncode)
"""


def test_the_example_for_ray_gives_what_one_process_gives(small_models: Path, tmp_path: Path) -> None:
    registry = Registry(small_models)
    model = str(registry.path(registry.current() or ""))
    script, cluster, file = tmp_path / "on_ray.py", tmp_path / "cluster.py", tmp_path / "reports.jsonl"
    lines = [*rows(503), '{"no json', json.dumps({"text": "村支书拿了我的钱", "received": "2019-11-05"})]
    script.write_text(examples()["on_ray.py"], encoding="utf-8")
    cluster.write_text(_CLUSTER, encoding="utf-8")
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "HOME": str(tmp_path),
        "RAY_USAGE_STATS_ENABLED": "0",
    }
    command = [sys.executable, str(cluster), str(script), str(file), model]
    told = subprocess.run(
        command, capture_output=True, text=True, check=False, env=environment, cwd=tmp_path, timeout=300
    )
    assert told.returncode == 0, told.stderr[-3000:]
    on_cluster = [json.loads(line) for line in told.stdout.splitlines()]
    alone = [json.loads(line) for line in assess_lines(lines, model)]
    assert [one["id"] for one in on_cluster] == [*(f"r{at}" for at in range(503)), "505"]
    for one, other in zip(on_cluster, alone, strict=True):
        assert one["probabilities"] == pytest.approx(other["probabilities"], abs=1e-9)
        assert {key: one[key] for key in DECIDED} == {key: other[key] for key in DECIDED}
