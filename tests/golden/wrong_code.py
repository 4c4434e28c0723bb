"""Wrong code as authors write it, and what the command line tells them; written into ``wrong_code.txt``.

``python -m tests.golden.wrong_code`` writes the file anew. Read what changed: each message has to name the line and
how to mend it.
"""

import re
import tempfile
from collections.abc import Iterator
from contextlib import chdir
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from typer.testing import CliRunner

from actions_sdk.cli.app import app

FILE: Final = Path(__file__).with_suffix(".txt")

_HANDLER: Final = "def on_execute_post_login(event, api):\n"
_PROJECT: Final = '[actions.cart]\nsecrets = ["SHOP_TOKEN"]\n'
_SAME: Final = ("note: types were not", "  event made from", "  in this process:")
"""Lines that say nothing of the mistake."""

_ENVIRONMENT: Final = {"NO_COLOR": "1", "TERM": "dumb", "COLUMNS": "200", "FORCE_COLOR": None}


@dataclass(frozen=True, slots=True)
class Wrong:
    """One mistake.

    Attributes:
        title: What is wrong.
        source: The author's file.
        command: ``check``, or ``run`` where only a run can tell.
        profile: The event of a run.
    """

    title: str
    source: str
    command: str = "check"
    profile: str = "returning_guest_with_cart"


def _in_handler(*lines: str) -> str:
    return _HANDLER + "".join(f"    {line}\n" for line in lines)


WRONG: Final = (
    Wrong("a module that reaches the machine", "import os\n\n\n" + _in_handler("print(os.environ)")),
    Wrong("a package from the internet", "import requests\n\n\n" + _in_handler('requests.get("https://example.com")')),
    Wrong("a member that the module does not have here", "import json\n\n\n" + _in_handler("json.load(event)")),
    Wrong("everything of a module", "from datetime import *\n\n\n" + _in_handler("print(datetime)")),
    Wrong("a file", _in_handler('text = open("/etc/passwd").read()')),
    Wrong("code out of a text", _in_handler('eval("1 + 1")')),
    Wrong("a name with an underscore", _in_handler("_count = 1", "print(_count)")),
    Wrong("the inside of an object", _in_handler("print(event.__class__)")),
    Wrong("a loop that waits", "async " + _in_handler("async for item in event.user:", "    print(item)")),
    Wrong("a misspelled handler", "def on_execute_post_logn(event, api):\n    pass\n"),
    Wrong("a handler of another platform", "def handler(event, context):\n    return event\n"),
    Wrong(
        "a handler inside a class", "class Action:\n    def on_execute_post_login(self, event, api):\n        pass\n"
    ),
    Wrong("a handler without api", "def on_execute_post_login(event):\n    pass\n"),
    Wrong(
        "handlers of two triggers",
        _in_handler("pass") + "\n\ndef on_execute_pre_user_registration(event, api):\n    pass\n",
    ),
    Wrong("JavaScript: a handler", "exports.onExecutePostLogin = async (event, api) => {\n};\n"),
    Wrong("JavaScript: a constant", _in_handler("const user = event.user", "print(user)")),
    Wrong("a forgotten colon", "def on_execute_post_login(event, api)\n    pass\n"),
    Wrong("a bracket that is never closed", _in_handler('api.user.set_app_metadata("seen", True')),
    Wrong("a wrong indentation", _in_handler("user = event.user", "  print(user)")),
    Wrong("a secret that nobody declared", _in_handler("print(len(event.secrets.SHOP_TOKN))")),
    Wrong("a misspelled field", _in_handler("print(event.user.emial)"), "run"),
    Wrong("a misspelled call", _in_handler('api.user.set_app_metdata("seen", True)'), "run"),
    Wrong("a misspelled name", _in_handler("print(evnt.user.email)"), "run"),
    Wrong("a key that is not there", _in_handler('cart = event.anonymous_session.metadata["basket"]'), "run"),
    Wrong("a session that is not there", _in_handler("print(event.anonymous_session.user_id)"), "run", "no_session"),
    Wrong("a text and a number", _in_handler('total = "2" + 1'), "run"),
    Wrong("a list where a dict is", _in_handler('cart = event.user.app_metadata["cart"]', "print(cart[0])"), "run"),
    Wrong("a value that is no JSON", _in_handler('api.user.set_app_metadata("tags", {"vip"})'), "run"),
    Wrong("a key that is no text", _in_handler("api.user.set_app_metadata(7, True)"), "run"),
    Wrong("a claim that belongs to the server", _in_handler('api.access_token.set_custom_claim("sub", "me")'), "run"),
    Wrong("metadata that belong to the server", _in_handler('api.user.set_app_metadata("user_id", "me")'), "run"),
    Wrong("a change of the event", _in_handler('event.user.email = "me@example.com"'), "run"),
    Wrong("an argument too few", _in_handler('api.user.set_app_metadata("seen")'), "run"),
    Wrong(
        "a call that the trigger does not have",
        'def on_execute_pre_user_registration(event, api):\n    api.access_token.add_scope("read:cart")\n',
        "run",
        "new_guest",
    ),
    Wrong("a reason forgotten", _in_handler("api.access.deny()"), "run"),
)
"""The mistakes, those of the language first."""


def tell(wrong: Wrong) -> str:
    """Return what the command line says to one mistake, made in the file ``cart.py`` of a project."""
    with tempfile.TemporaryDirectory() as folder, chdir(folder):
        Path("actions.toml").write_text(_PROJECT)
        Path("actions").mkdir()
        Path("actions/cart.py").write_text(wrong.source)
        arguments = ["check", "--no-types", "actions/cart.py"]
        if wrong.command == "run":
            arguments = ["run", "--mode", "in-process", "--profile", wrong.profile, "cart"]
        ended = CliRunner().invoke(app, arguments, env=_ENVIRONMENT | {"SHOP_TOKEN": "value-of-the-secret"})
    if ended.exit_code != 1:
        raise AssertionError(f"{wrong.title}: exit code {ended.exit_code}\n{ended.output}")
    lines = [line for line in ended.output.splitlines() if not line.startswith(_SAME)]
    return "\n".join(re.sub(r" in [\d.]+ ms$", "", line) for line in lines)


def write() -> Iterator[str]:
    """Yield the golden file, one text for each mistake."""
    for wrong in WRONG:
        source = "".join(f"    | {line}".rstrip() + "\n" for line in wrong.source.splitlines())
        yield f"{wrong.title}\n{'-' * len(wrong.title)}\n{source}$ actions {wrong.command}\n{tell(wrong)}\n"


if __name__ == "__main__":
    FILE.write_text("\n".join(write()), encoding="utf-8")
    print(f"{FILE.name}: {len(WRONG)} mistakes")
