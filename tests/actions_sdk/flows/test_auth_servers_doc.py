"""The page for auth servers does what it says: its programs run, its output and its numbers are true."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from actions_runtime.execution import Decision
from actions_sandbox.contract import CommandKind, Limits
from actions_sdk.flows import WhenUnreachable
from actions_sdk.flows.clients import TIMEOUT_S
from actions_sdk.flows.replicas import ATTEMPTS
from actions_sdk.flows.unreachable import UNREACHABLE_CODES
from tests.pages import count_fences, read_blocks
from tests.server_process import Tenant

SDK: Final = Path(__file__).parents[3] / "sdk"
PAGE: Final = (SDK / "AUTH_SERVERS.md").read_text(encoding="utf-8")
BLOCKS: Final = read_blocks(PAGE)


def test_every_block_is_of_a_kind_that_is_checked() -> None:
    """A fence that nothing reads could say anything."""
    assert count_fences(PAGE) == 2 * len(BLOCKS) > 0
    assert {block.language for block in BLOCKS} == {"sh", "python", "text"}
    assert all(block.file for block in BLOCKS if block.language == "python")


def test_its_links_lead_somewhere() -> None:
    for target in re.findall(r"\]\(([^)]+)\)", PAGE):
        assert (SDK / target).exists(), target


def test_the_programs_run_in_order_and_print_what_is_shown(tenant: Tenant, tmp_path: Path) -> None:
    """Whoever types the page gets the page."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("ACTIONS_")} | {
        "ACTIONS_SERVER": tenant.server.address,
        "ACTIONS_API_KEY": tenant.key,
        "ACTIONS_CONFIG_DIR": str(tmp_path / "config"),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }
    printed = ""
    for block in BLOCKS:
        if block.file:
            (tmp_path / block.file).write_text(block.text, encoding="utf-8")
        elif block.language == "sh":
            command = ["bash", "-euc", block.text]
            done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, timeout=100)
            assert done.returncode == 0, done.stdout + done.stderr
            printed = done.stdout
        else:
            assert printed.strip() == block.text.strip()


def _list_rows(heading: str) -> str:
    section = re.search(rf"^## {heading}\n(.*?)(?=^## |\Z)", PAGE, re.DOTALL | re.MULTILINE)
    assert section is not None, heading
    return "\n".join(line.split(" | ")[0] for line in section[1].splitlines() if line.startswith("| `"))


@pytest.mark.parametrize("kind", CommandKind)
def test_every_command_has_a_row(kind: CommandKind) -> None:
    assert f"`{kind}`" in _list_rows("What each command means for you")


def test_every_decision_and_every_choice_has_a_row() -> None:
    assert re.findall(r"`(\w+)`", _list_rows("What to do with each decision")) == list(Decision)
    assert re.findall(r"`WhenUnreachable\.(\w+)`", _list_rows("When no replica answers")) == list(WhenUnreachable)


def test_its_numbers_and_codes_are_those_of_the_client() -> None:
    assert f"A call may take {TIMEOUT_S:.0f} seconds" in PAGE
    assert f"{Limits().flow_ms // 1000} seconds by default" in PAGE
    assert Limits().flow_ms / 1000 < TIMEOUT_S
    assert f"at most {ATTEMPTS} times in all" in PAGE
    assert all(f"`{code}`" in PAGE for code in UNREACHABLE_CODES)
