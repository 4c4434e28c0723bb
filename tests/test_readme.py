"""The README does what it says: its files are written, its commands run, its output compared."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from actions_sandbox.contract import SOURCE_BYTES, Limits
from tests.pages import count_fences, read_blocks
from tests.server_process import Tenant

ROOT: Final = Path(__file__).parent.parent
README: Final = (ROOT / "README.md").read_text(encoding="utf-8")

_NOT_RUN_HERE: Final = ("make ", "export ACTIONS_API_KEY=", "actions-runtime serve")


BLOCKS: Final = read_blocks(README)


def _normalize(text: str) -> str:
    return re.sub(r"in \d+\.\d+ ms", "in 0.00 ms", text).strip()


def _select_commands(text: str) -> str:
    return "\n".join(line for line in text.splitlines() if not line.startswith(_NOT_RUN_HERE))


def test_every_block_is_of_a_kind_that_is_checked() -> None:
    """A fence that nothing reads could say anything."""
    assert count_fences(README) == 2 * (len(BLOCKS) + 1), "one picture, and blocks after an empty line"
    assert {block.language for block in BLOCKS} == {"sh", "python", "json", "text"}
    assert all(block.file for block in BLOCKS if block.language in ("python", "json"))


def test_the_blocks_run_in_order_and_print_what_is_shown(tenant: Tenant, tmp_path: Path) -> None:
    """A newcomer who types the page gets the page."""
    binaries = Path(sys.executable).parent
    env = os.environ | {
        "ACTIONS_SERVER": tenant.server.address,
        "ACTIONS_API_KEY": tenant.key,
        "PATH": f"{binaries}{os.pathsep}{os.environ['PATH']}",
    }
    printed = ""
    for block in BLOCKS:
        if block.file:
            (tmp_path / block.file).write_text(block.text, encoding="utf-8")
        elif block.language == "sh":
            done = subprocess.run(
                ["bash", "-euc", _select_commands(block.text)],
                cwd=tmp_path,
                env=env,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=60,
            )
            assert done.returncode == 0, done.stdout + done.stderr
            printed = done.stdout
        else:
            assert _normalize(printed) == _normalize(block.text)


def test_the_make_targets_that_it_names_exist() -> None:
    """What the page tells to type is in the Makefile."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = {line.split()[1] for block in BLOCKS for line in block.text.splitlines() if line.startswith("make ")}
    assert targets == {"demo", "test"}
    assert all(re.search(rf"^{target}:", makefile, re.MULTILINE) for target in targets)


def test_the_packages_that_it_names_exist() -> None:
    """The map of the house is true."""
    rooms = re.findall(r"^\| `((?:proto|runtime|sdk)/[\w/]+)` \|", README, re.MULTILINE)
    assert len(rooms) == 4
    assert all((ROOT / room / "__init__.py").exists() for room in rooms)


@pytest.mark.parametrize(
    "sentence",
    [
        f"| one action · one flow | {Limits().action_ms // 1000} s · {Limits().flow_ms // 1000} s,",
        f"| memory of a worker | {Limits().memory_bytes >> 20} MiB",
        f"| event · source | 256 KiB · {SOURCE_BYTES // 1000} kB |",
        f"| {Limits().commands // 1000} 000 · {Limits().commands_bytes >> 20} MiB · {Limits().log_bytes >> 10} KiB |",
        f"| {Limits().user_metadata_bytes // 1000} kB each |",
        f"| custom claims of one token | {Limits().claims_bytes // 1000} kB |",
        f"| {Limits().transaction_key_chars} characters · {Limits().transaction_value_bytes >> 10} KiB · "
        f"{Limits().transaction_bytes >> 10} KiB |",
    ],
)
def test_its_limits_are_the_defaults(sentence: str) -> None:
    """A number in the page is the number in the code."""
    assert sentence in README
