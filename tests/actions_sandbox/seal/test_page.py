"""The operators' page says what the code does."""

import re
from pathlib import Path

from actions_runtime.settings import Settings
from actions_sandbox.contract import FLOOR
from actions_sandbox.seal.inherited import ZYGOTE_LAYERS
from actions_sandbox.seal.layers import WORKER_LAYERS
from actions_sandbox.seal.syscalls import ALLOWED, REFUSED, build_checks

PAGE = Path(__file__).parents[3] / "runtime" / "SANDBOX.md"
TEXT = PAGE.read_text(encoding="utf-8")


def row(first_cell: str) -> str:
    (found,) = re.findall(rf"^\| {re.escape(first_cell)} \|(.*)$", TEXT, re.MULTILINE)
    return str(found)


def test_the_layers_are_the_code_s_in_their_order() -> None:
    """The table of layers names each layer of the code, who takes it, in the order in which they are taken."""
    told = re.findall(r"^\| `([a-z-]+)` \| (zygote|worker) \|", TEXT, re.MULTILINE)
    assert told == [*((name, "zygote") for name in ZYGOTE_LAYERS), *((name, "worker") for name in WORKER_LAYERS)]


def test_the_allowed_calls_are_the_code_s() -> None:
    """The table of system calls names exactly those that are allowed, and each that has a condition."""
    assert set(re.findall(r"`(\w+)`", row("allowed"))) == ALLOWED
    conditions = set(re.findall(r"`([a-z_]+)`", row("allowed with one argument only")))
    assert conditions == set(build_checks(0))
    for name in re.findall(r"`(\w+)`", row("refused with an error")):
        assert name in REFUSED


def test_the_floor_is_the_code_s() -> None:
    """The floor's layers are named in one sentence, all of them and no other."""
    (sentence,) = re.findall(r"The floor is (.*?)\. ", TEXT.replace("\n", " "))
    assert set(re.findall(r"`([a-z-]+)`", sentence)) == set(FLOOR)


def test_settings_and_paths_exist() -> None:
    """Every setting and every path that the page names is there."""
    for name in re.findall(r"`((?:pool|limit|insecure)_\w+)[^`]*`", TEXT):
        assert name in Settings.model_fields, name
    for path in re.findall(r"`((?:runtime|tests)/[\w./]+)`", TEXT):
        assert (PAGE.parents[1] / path).exists(), path
