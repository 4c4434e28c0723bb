"""The pages of the SDK do what they say: files are written, commands run, calls made, output compared."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pytest

from actions_sandbox.contract import Trigger
from actions_sdk import reference
from actions_sdk.calls import EXAMPLES
from actions_sdk.events import build_profile
from actions_sdk.harness import Result, make_action, run
from actions_sdk.samples import NAMES, read_source
from tests.pages import Block, count_fences, read_blocks
from tests.server_process import Tenant

ROOT: Final = Path(__file__).parent.parent.parent
SDK: Final = ROOT / "sdk"
BY_HAND: Final = ("TUTORIAL.md", "COMING_FROM_AUTH0.md")
PAGES: Final = (*BY_HAND, *reference.PAGES.values())
DOCUMENTED: Final = tuple(name for name in NAMES if not name.endswith("_hardened"))


def _read(page: str) -> str:
    return (SDK / page).read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES)
def test_every_block_is_of_a_kind_that_is_checked(page: str) -> None:
    """A fence that nothing reads could say anything."""
    blocks = read_blocks(_read(page))
    assert count_fences(_read(page)) == 2 * len(blocks) > 0
    assert {block.language for block in blocks} <= {"sh", "python", "json", "text", "javascript"}


@pytest.mark.parametrize("page", PAGES)
def test_its_links_lead_somewhere(page: str) -> None:
    """A file that is linked exists, and so does a heading."""
    text = _read(page)
    anchors = {
        re.sub(r"[^\w -]", "", line).strip().lower().replace(" ", "-") for line in re.findall("^#+(.*)", text, re.M)
    }
    for target in re.findall(r"\]\(([^)]+)\)", text):
        assert target[1:] in anchors if target.startswith("#") else (SDK / target).exists(), target


def test_the_readme_names_every_page() -> None:
    """What is written is found."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert all(f"(sdk/{page})" in readme for page in PAGES)


# The tutorial ---------------------------------------------------------------------------------------------------------


@dataclass
class Shell:
    """A newcomer's terminal, in which the pages' commands are typed one block after the other."""

    folder: Path
    env: Mapping[str, str]
    key: str
    config: Path
    printed: str = field(default="", init=False)

    def type(self, block: Block, *, fails: bool) -> None:
        """Run a block; the folder that it ends in is where the next one begins."""
        if block.text == "actions dev\n":
            self.printed = self._watch()
            return
        left = self.config / "left"
        done = subprocess.run(
            ["bash", "-euc", f"{block.text}\npwd > {left}"],
            cwd=self.folder,
            env=self.env,
            input=self.key,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=100,
            check=False,
        )
        assert done.returncode == (1 if fails else 0), done.stdout
        self.printed = done.stdout
        self.folder = self.folder if fails else Path(left.read_text().strip())

    def _watch(self) -> str:
        with subprocess.Popen(
            ["actions", "dev"],
            cwd=self.folder,
            env=self.env,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        ) as process:
            assert process.stdout is not None
            lines = []
            for line in process.stdout:
                lines.append(line)
                if line.startswith("watching"):
                    process.send_signal(signal.SIGINT)
            assert process.wait(timeout=30) == 0
        return "".join(lines)


def _tells_of_errors(text: str) -> bool:
    return re.search(r"^error [A-Z]", text, re.MULTILINE) is not None


def _normalize(text: str) -> str:
    for pattern, shown in (
        (r"(in )?\b\d+(\.\d+)? ?m?s\b", "0 ms"),
        (r"127\.0\.0\.1:\d+(/\S*)?", "127.0.0.1"),
        (r"tenant t-\w+", "tenant default"),
        (r"kept in \S+", "kept in a file"),
    ):
        text = re.sub(pattern, shown, text)
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


@pytest.fixture
def shell(tenant: Tenant, tmp_path: Path) -> Shell:
    """A terminal with the wheel in the current folder, and a server to log in to."""
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True, timeout=100)
    site = tmp_path / "site"
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    env = {name: value for name, value in os.environ.items() if not name.startswith(("ACTIONS_", "COLUMNS", "PYTEST_"))}
    env |= {
        "PATH": path,
        "PYTHONPATH": str(site),
        "ACTIONS_SERVER": tenant.server.address,
        "ACTIONS_CONFIG_DIR": str(tmp_path / "config"),
        # What it needs is installed beside the tests; only the wheel itself is.
        "PIP_NO_DEPS": "1",
        "PIP_NO_INDEX": "1",
        "PIP_TARGET": str(site),
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        # The author's environment has no plugins but ours, which the command names.
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
    }
    config = tmp_path / "config"
    config.mkdir(mode=0o700)
    return Shell(tmp_path, env, tenant.key, config)


def test_the_tutorial_runs_in_order_and_prints_what_is_shown(shell: Shell) -> None:
    """A newcomer who types the page gets the page, the wheel's installation included."""
    root = shell.folder
    blocks = read_blocks(_read("TUTORIAL.md"))
    for block, following in zip(blocks, [*blocks[1:], None], strict=True):
        if block.file:
            (root / block.file).write_text(block.text, encoding="utf-8")
        elif block.language == "sh":
            shell.type(block, fails=following is not None and _tells_of_errors(following.text))
        else:
            assert _normalize(shell.printed) == _normalize(block.text)
    where = subprocess.run(
        [sys.executable, "-c", "import actions_sdk; print(actions_sdk.__file__)"], env=shell.env, capture_output=True
    )
    assert str(root / "site").encode() in where.stdout, "the wheel is what ran"


# The triggers' pages --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("trigger", Trigger)
def test_every_call_of_the_api_has_an_example_that_records_what_is_shown(trigger: Trigger) -> None:
    """What an author copies from the page works."""
    blocks = read_blocks(_read(reference.PAGES[trigger]))
    calls, answers = blocks[::2], blocks[1::2]
    assert len(calls) == len(reference.list_calls(trigger))
    for call, answer in zip(calls, answers, strict=True):
        assert reference.describe_answer(reference.try_call(trigger, call.text.strip())) == answer.text.strip()


@pytest.mark.parametrize("trigger", Trigger)
def test_every_refusal_is_the_one_that_is_shown(trigger: Trigger) -> None:
    """What an author reads there is what the call says."""
    rows = re.findall(r"^\| `(api\..*)` \| (\w+Error: .*) \|$", _read(reference.PAGES[trigger]), re.MULTILINE)
    assert len(rows) == sum(len(EXAMPLES[name].refused) for name in reference.list_calls(trigger))
    for call, told in rows:
        result = reference.try_call(trigger, call)
        assert result.error is not None
        assert f"{result.error.type}: {result.error.message}" == told
        assert result.commands == []


def test_every_example_belongs_to_a_call() -> None:
    """No example outlives its call, and no call is without one."""
    assert set(EXAMPLES) == set(reference.list_calls(Trigger.POST_LOGIN))


@pytest.mark.parametrize("trigger", Trigger)
def test_every_field_of_the_event_is_in_the_page(trigger: Trigger) -> None:
    """The JSON Schema and the page know the same fields."""
    name = trigger.value.replace("-", "_")
    schema = json.loads((ROOT / f"proto/actions/v1/{name}_event.schema.json").read_text(encoding="utf-8"))
    page = _read(reference.PAGES[trigger])
    for shape, facts in schema["$defs"].items():
        section = re.search(rf"^### {shape}\n(.*?)(?=^##)", page, re.DOTALL | re.MULTILINE)
        assert section is not None, shape
        assert set(re.findall(r"^\| `(\w+)` \|", section[1], re.MULTILINE)) == set(facts["properties"])


# Coming from Auth0 ----------------------------------------------------------------------------------------------------

_RECORDER: Final = """
const calls = [];
const make = (path) => new Proxy(() => {}, {
  get: (_, name) => make([...path, name]),
  apply: (_, self, given) => { calls.push([path.join("."), ...given]); return make([]); },
});
const [handler] = Object.values(require(process.argv[2]));
handler(JSON.parse(process.argv[3]), make([])).then(() => console.log(JSON.stringify(calls)));
"""
_CALLS: Final = {
    "set_app_metadata": "user.setAppMetadata",
    "set_user_metadata": "user.setUserMetadata",
    "set_custom_claim": "accessToken.setCustomClaim",
}
_EVENTS: Final = ("new_guest", "returning_guest_with_cart", "no_session", "several_devices")


def _find_sides() -> list[tuple[str, str, str]]:
    """Return the pairs of the page: the sample's name, its JavaScript, its Python."""
    blocks = [block for block in read_blocks(_read("COMING_FROM_AUTH0.md")) if block.language != "text"]
    scripts = [block.text for block in blocks if block.language == "javascript"]
    actions = [block.text for block in blocks if block.language == "python"]
    return list(zip(DOCUMENTED, scripts, actions, strict=True))


def _need_node() -> str:
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed: the JavaScript of COMING_FROM_AUTH0.md is NOT checked")
    return node


@pytest.mark.parametrize("name", DOCUMENTED)
def test_the_python_beside_the_javascript_does_what_the_sample_does(name: str) -> None:
    """The page's short form and the shipped sample ask for the same."""
    shown = next(python for sample, _, python in _find_sides() if sample == name)
    for event in _make_events(name):
        assert _record(run(make_action(shown), event, mode="in-process")) == _record(
            run(make_action(read_source(name)), event, mode="in-process")
        )


@pytest.mark.parametrize("name", DOCUMENTED)
def test_the_javascript_asks_for_what_the_python_asks_for(name: str, tmp_path: Path) -> None:
    """Both sides of the page say the same to the same event."""
    node = _need_node()
    _, script, python = next(side for side in _find_sides() if side[0] == name)
    (tmp_path / "action.js").write_text(script, encoding="utf-8")
    (tmp_path / "recorder.js").write_text(_RECORDER, encoding="utf-8")
    for event in _make_events(name):
        command = [node, "recorder.js", "./action.js", json.dumps(event)]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
        expected = _record(run(make_action(python), event, mode="in-process"))
        assert _hide_times(json.loads(done.stdout)) == expected


def test_what_is_said_to_be_missing_raises() -> None:
    """The table of differences tells no call that is there, and every one that it names is refused by name."""
    row = next(line for line in _read("COMING_FROM_AUTH0.md").splitlines() if "not there yet" in line)
    names = re.findall(r"`([\w.]+)`", row.split(" | ")[0])
    calls = [name if name.startswith("api.") else f"api.authentication.{name}" for name in names]
    assert len(calls) == 11
    for call in calls:
        error = reference.try_call(Trigger.POST_LOGIN, f"{call}()").error
        assert error is not None
        assert error.type == "AttributeError", call


def _make_events(name: str) -> list[dict[str, Any]]:
    wanted = Trigger.PRE_USER_REGISTRATION if name == "registration_copy" else Trigger.POST_LOGIN
    events = [build_profile(profile, 1) for profile in _EVENTS]
    return [dict(event) for event in events if event.trigger is wanted]


def _record(result: Result) -> list[Any]:
    assert result.error is None
    bodies = [command.to_body() for command in result.commands]
    return _hide_times(
        [[_CALLS[body["kind"]], body.get("key") or body["name"], json.loads(body["value_json"])] for body in bodies]
    )


def _hide_times(calls: list[Any]) -> list[Any]:
    text = re.sub(r'("linked_at": ")[^"]*', r"\1now", json.dumps(calls))
    return list(json.loads(text))
