"""The types say what the runtime does, to both type checkers."""

import inspect
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, Final, get_type_hints

import pytest

import actions_sdk
from actions_sandbox import api as facade
from actions_sandbox.event import EventRecord, Secrets
from actions_sandbox.policy.console import Console
from actions_sandbox.shapes import SHAPES
from actions_sdk import types
from actions_sdk.harness import Harness, load_action
from actions_sdk.types import api, facts, post_login, pre_user_registration, risk

TEMPLATE: Final = Path(actions_sdk.__file__).parent / "template"
WRONG: Final = """\
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from actions_sdk.types import PostLoginApi, PostLoginEvent, PreUserRegistrationApi, PreUserRegistrationEvent


def on_execute_post_login(event: "PostLoginEvent", api: "PostLoginApi") -> None:
    event.user.nick_name
    event.anonymous_session.user_id
    event.user.name = "x"
    api.user.set_app_metadata("a", {1})
    api.multifactor.enable("sms")
    api.access_token.addScope("a").id_token.setCustomClaim("b", None).user.setUserMetadata("c", [1, {"d": 1}])


def on_execute_pre_user_registration(event: "PreUserRegistrationEvent", api: "PreUserRegistrationApi") -> None:
    api.access_token
    event.stats
    api.user.set_user_metadata("a", None).access.deny("no", "Sorry").validation.error("code", "message")
"""
WRONG_LINES: Final = [8, 9, 10, 11, 12, 17, 18]
RIGHT: Final = """\
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from actions_sdk.types import PostLoginApi, PostLoginEvent, console


async def onExecutePostLogin(event: "PostLoginEvent", api: "PostLoginApi") -> None:
    plan: str = event.secrets.PLAN
    count = event.stats.logins_count if event.stats else None
    methods = event.authentication.methods if event.authentication else None
    for method in methods or []:
        console.log(method.name, method["name"], method.get("other"), len(method))
    cart = {"items": [{"sku": "a", "qty": count}], "plan": plan}
    api.user.setAppMetadata("cart", cart).accessToken.setCustomClaim("cart", cart)
    api.authentication.challengeWith({"type": "otp"}, {"additionalFactors": [{"type": "email", "options": {}}]})
    api.authentication.enroll_with_any([{"type": "otp"}]).transaction.setMetadata("step", 1)
    if event.anonymous_session:
        api.user.set_user_metadata("theme", event.anonymous_session.metadata.get("theme"))
    api.user.set_app_metadata("geo", event.request.geoip if event.request else None)
    event.user.app_metadata.get("a")
"""


def _list_public(kind: type) -> set[str]:
    return {name for name in vars(kind) if not name.startswith("_")} | {
        name for name in getattr(kind, "__annotations__", {}) if not name.startswith("_")
    }


@pytest.mark.parametrize("trigger", ["PostLoginApi", "PreUserRegistrationApi"])
def test_the_api_has_the_calls_of_the_facade_in_both_spellings(trigger: str) -> None:
    """With the same arguments."""
    typed, real = getattr(api, trigger), getattr(facade, trigger)
    assert _list_public(typed) == real.public
    parts: dict[str, Any] = {"access": facade.Access, "user": facade.User, "validation": facade.Validation}
    if trigger == "PostLoginApi":
        parts |= {
            "access_token": facade.AccessToken,
            "accessToken": facade.AccessToken,
            "id_token": facade.IdToken,
            "idToken": facade.IdToken,
            "authentication": facade.Authentication,
            "multifactor": facade.Multifactor,
            "transaction": facade.Transaction,
        }
    hints = get_type_hints(typed)
    assert hints.keys() == parts.keys()
    for name, part in parts.items():
        kind = getattr(hints[name], "__origin__", hints[name])
        assert _list_public(kind) == part.public
        for call in part.public:
            assert _list_arguments(getattr(kind, call)) == _list_arguments(getattr(part, call)), call


def _list_arguments(call: Any) -> list[tuple[str, bool]]:
    return [(name, one.default is one.empty) for name, one in inspect.signature(call).parameters.items()]


def test_every_documented_object_has_its_fields() -> None:
    known = {
        name: kind
        for module in (facts, risk, post_login, pre_user_registration)
        for name, kind in vars(module).items()
        if isinstance(kind, type) and name in SHAPES
    }
    assert known.keys() == SHAPES.keys()
    for name, kind in known.items():
        fields = {one for one in dir(kind) if isinstance(inspect.getattr_static(kind, one), property)}
        assert fields == set(SHAPES[name]), name


def test_records_secrets_and_the_console_have_what_they_offer() -> None:
    for typed, real in ((types.Record, EventRecord), (types.Secrets, Secrets), (types.Console, Console)):
        assert _list_public(typed) == real.public, typed


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The template's actions beside a right and a wrong one, away from the settings of this checkout."""
    folder = tmp_path_factory.mktemp("project")
    shutil.copytree(TEMPLATE / "actions", folder / "actions")
    (folder / "pyproject.toml").write_text((TEMPLATE / "pyproject.toml").read_text().replace(', "tests"', ""))
    (folder / "actions" / "right.py").write_text(RIGHT)
    (folder / "actions" / "wrong.py").write_text(WRONG)
    return folder


def _list_wrong(project: Path, *command: str) -> list[tuple[str, int]]:
    done = subprocess.run(command, cwd=project, capture_output=True, text=True, timeout=100)
    found = set()
    for line in done.stdout.splitlines():
        path, _, rest = line.strip().partition(":")
        if path.endswith(".py") and " error: " in rest.replace(" - error:", " error:"):
            found.add((Path(path).name, int(rest.partition(":")[0])))
    assert found, done.stdout + done.stderr
    return sorted(found)


def test_mypy_in_its_strict_mode_finds_what_is_wrong_and_nothing_else(project: Path) -> None:
    found = _list_wrong(project, sys.executable, "-m", "mypy", "--no-pretty", "--no-error-summary")
    assert found == [("wrong.py", line) for line in WRONG_LINES]


def test_pyright_finds_what_is_wrong_and_nothing_else(project: Path) -> None:
    pytest.importorskip("basedpyright")
    found = _list_wrong(project, sys.executable, "-m", "basedpyright", "--pythonpath", sys.executable)
    assert found == [("wrong.py", line) for line in WRONG_LINES]


def test_the_policy_takes_typed_actions(in_process: Harness, tmp_path: Path) -> None:
    """Imports of types stand under ``if TYPE_CHECKING:`` and nowhere else."""
    file = tmp_path / "right.py"
    file.write_text(RIGHT)
    assert in_process.check(file) == ()
    event = {"user": {"user_id": "u"}, "stats": {"logins_count": 3}, "request": {"geoip": {"cityName": "Rome"}}}
    result = in_process.run(load_action(file, secrets={"PLAN": "pro"}), event)
    assert result.user["app_metadata"]["cart"] == {"items": [{"sku": "a", "qty": 3}], "plan": "pro"}
    file.write_text(RIGHT.replace("if TYPE_CHECKING:\n    from", "from"))
    assert [one.rule for one in in_process.check(file)] == ["import-not-allowed"]


def test_the_types_load_nothing_heavy() -> None:
    code = "import sys, actions_sdk.types\nassert not {'pydantic', 'grpc', 'rich'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
