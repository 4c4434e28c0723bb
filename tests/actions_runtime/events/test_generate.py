import json
from pathlib import Path
from typing import Any

import pytest

from actions_runtime.events import generate
from actions_sandbox.contract import Trigger
from actions_sandbox.shapes import ROOTS, SHAPES


def schema_of(trigger: Trigger) -> dict[str, Any]:
    schema: dict[str, Any] = json.loads(generate.render_schema(trigger))
    return schema


def test_the_generated_files_are_up_to_date(capsys: pytest.CaptureFixture[str]) -> None:
    """Models, schemas and the sandbox's table say the same."""
    assert (generate.main(["--check"]), capsys.readouterr().err) == (0, "")


def test_drift_is_told_with_its_repair(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A changed and a missing file are both named, with the command that writes them."""
    assert generate.main([], tmp_path) == 0
    assert generate.main(["--check"], tmp_path) == 0
    changed, missing, kept = sorted(generate.render_files())
    (tmp_path / changed).write_text("{}")
    (tmp_path / missing).unlink()
    assert generate.main(["--check"], tmp_path) == 1
    told = capsys.readouterr().err
    assert changed in told
    assert missing in told
    assert kept not in told
    assert told.count(f"run: {generate.COMMAND}\n") == 2


@pytest.mark.parametrize("trigger", Trigger)
def test_a_schema_describes_every_object_and_field(trigger: Trigger) -> None:
    """Readers of the schema find a meaning for everything, and unknown fields are allowed everywhere."""
    schema = schema_of(trigger)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["$id"] == f"urn:actions:v1:{trigger.value}-event"
    for shape in [schema, *schema["$defs"].values()]:
        assert shape["description"]
        assert shape["title"]
        assert shape["additionalProperties"] is True
        for field in shape["properties"].values():
            assert field["description"].endswith((".", ")"))


def test_the_schemas_require_what_the_contract_requires() -> None:
    """Only the user and its id, and only at login."""
    login, registration = schema_of(Trigger.POST_LOGIN), schema_of(Trigger.PRE_USER_REGISTRATION)
    assert login["required"] == ["user"]
    required = {name: shape["required"] for name, shape in login["$defs"].items() if "required" in shape}
    assert required == {"User": ["user_id"]}
    assert not any("required" in shape for shape in [registration, *registration["$defs"].values()])


@pytest.mark.parametrize("trigger", Trigger)
def test_a_schema_refuses_secrets(trigger: Trigger) -> None:
    """The schema says as well that the caller sends none."""
    assert schema_of(trigger)["properties"]["secrets"]["not"] == {}


def test_the_table_of_shapes_is_closed() -> None:
    """Every shape that a field or trigger names is there."""
    named = {shape.strip("[]") for fields in SHAPES.values() for shape in fields.values() if shape}
    assert named | set(ROOTS.values()) == set(SHAPES)
    assert set(ROOTS) == {trigger.value for trigger in Trigger}


def test_the_table_tells_objects_lists_and_plain_values_apart() -> None:
    """Records are made for documented objects only; free-form data stays plain."""
    login = SHAPES[ROOTS["post-login"]]
    assert login["secrets"] is None
    assert login["user"] == "User"
    assert login["anonymous_session"] == "AnonymousSession"
    assert SHAPES["AnonymousSession"]["metadata"] is None
    assert SHAPES["User"]["app_metadata"] is None
    assert SHAPES["User"]["identities"] == "[Identity]"
    assert SHAPES["Actor"]["act"] == "Actor"
    assert SHAPES["Transaction"]["requested_authorization_details"] is None
    registration = SHAPES[ROOTS["pre-user-registration"]]
    assert registration["secrets"] is None
    assert "user_id" not in SHAPES[registration["user"] or ""]
