"""Loading of actions and flows."""

from pathlib import Path

import pytest

from actions_sdk.harness import HarnessError, load_action, load_flow, make_action


def test_a_flow_is_made_of_files_samples_and_actions_in_order(tmp_path: Path) -> None:
    file = tmp_path / "own.py"
    file.write_text("def onExecutePostLogin(event, api):\n    pass\n")
    flow = load_flow(
        file,
        "merge_cart",
        make_action("x = 1\n", name="third", secrets={"A": "1"}),
        secrets={"own": {"KEY": "k"}},
        on_error={"merge-cart": "SKIP"},
    )
    assert [action.name for action in flow] == ["own", "merge-cart", "third"]
    assert [dict(action.secrets) for action in flow] == [{"KEY": "k"}, {}, {"A": "1"}]
    assert [action.on_error for action in flow] == ["DENY", "SKIP", "DENY"]


@pytest.mark.parametrize("named", [{"secrets": {"cart": {}}}, {"on_error": {"cart": "SKIP"}}])
def test_a_name_that_the_flow_does_not_have_is_told(named: dict[str, dict[str, str]]) -> None:
    with pytest.raises(HarnessError, match="no action 'cart'; it has: merge-cart"):
        load_flow("merge_cart", **named)  # type: ignore[arg-type]


def test_what_cannot_be_loaded_is_told(tmp_path: Path) -> None:
    latin = tmp_path / "latin.py"
    latin.write_bytes(b"# \xe4\n")
    odd = tmp_path / "9lives.py"
    odd.write_text("x = 1\n")
    for path, words in (
        (tmp_path / "missing.py", "cannot be read: No such file"),
        (tmp_path / "notes.txt", "must end in .py"),
        (latin, "not UTF-8: byte 2"),
        (odd, "cannot be an action's name"),
    ):
        with pytest.raises(HarnessError, match=words):
            load_action(path)
    with pytest.raises(HarnessError, match="DENY or SKIP"):
        make_action("x = 1\n", on_error="retry")
