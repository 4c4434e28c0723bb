"""The Node provider's own tests, among them every vector of ``proto/conformance`` against its ``apply``."""

import json
import re
import subprocess
from pathlib import Path

from tests.e2e.node_provider import FOLDER, find_node

VECTORS = Path(__file__).parents[2] / "proto" / "conformance"


def test_javascript_passes_every_vector_and_its_own_tests() -> None:
    """An implementation in another language, written from the words and vectors alone, holds all of them."""
    run = subprocess.run(
        [find_node(), "--test", "--test-reporter=tap"], cwd=FOLDER, capture_output=True, text=True, timeout=100
    )
    assert run.returncode == 0, run.stdout
    counts = dict(re.findall(r"^# (\w+) (\d+)$", run.stdout, re.MULTILINE))
    assert (counts["fail"], counts["skipped"], counts["todo"]) == ("0", "0", "0")
    names = [vector["name"] for file in VECTORS.glob("*.json") for vector in json.loads(file.read_text())["vectors"]]
    passed = re.findall(r"^ +ok \d+ - (.*)$", run.stdout, re.MULTILINE)
    assert not [name for name in names if name.replace("\\", "\\\\").replace("#", "\\#") not in passed]
    assert len(names) >= 90
