import ast
from pathlib import Path

import pytest

import actions_sdk.samples
from actions_sandbox.contract import HANDLERS
from actions_sdk.handlers import find_triggers
from actions_sdk.samples import NAMES, read_source


def test_every_sample_in_the_folder_is_listed() -> None:
    """What is shipped is what is offered."""
    folder = Path(actions_sdk.samples.__file__).parent
    assert sorted(file.stem for file in folder.glob("*.py") if file.stem != "__init__") == sorted(NAMES)


def test_an_unknown_sample_is_told_with_the_known_ones() -> None:
    """The name of a sample is no path."""
    with pytest.raises(KeyError, match="merge_cart_hardened"):
        read_source("../samples/merge_cart")


@pytest.mark.parametrize("name", NAMES)
def test_a_sample_is_one_documented_handler_of_one_trigger(name: str) -> None:
    """Each file says what it is for and whom its data comes from."""
    source = read_source(name)
    assert len(find_triggers(source)) == 1
    docstring = ast.get_docstring(ast.parse(source)) or ""
    assert "not logged in" in docstring or "attacker" in docstring


def test_every_documented_sample_has_a_hardened_form() -> None:
    """Whoever copies the documented form finds the safe one beside it."""
    documented = {name for name in NAMES if not name.endswith("_hardened")}
    assert {f"{name}_hardened" for name in documented} == set(NAMES) - documented


def test_the_samples_show_both_spellings() -> None:
    """Authors find the names that they know, and their Python twins."""
    text = "".join(read_source(name) for name in NAMES)
    for word in (*(name for names in HANDLERS.values() for name in names), "setAppMetadata", "set_app_metadata"):
        assert word in text
