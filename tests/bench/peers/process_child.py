"""One call of ``process_server.py``: the event on standard input, the commands on standard output."""

import json
import operator
import sys
from pathlib import Path
from typing import Any

PATH = Path(__file__).parent / "merge_cart.py"


def _compile_plain(source: str) -> dict[str, Any]:
    space: dict[str, Any] = {}
    exec(compile(source, PATH.name, "exec"), space)
    return space


def _compile_restricted(source: str) -> dict[str, Any]:
    from RestrictedPython.compile import compile_restricted
    from RestrictedPython.Eval import default_guarded_getiter
    from RestrictedPython.Guards import full_write_guard, safe_builtins, safer_getattr

    space: dict[str, Any] = {
        "__builtins__": safe_builtins | {"list": list},
        "_getattr_": safer_getattr,
        "_getitem_": operator.getitem,
        "_getiter_": default_guarded_getiter,
        "_write_": full_write_guard,
    }
    exec(compile_restricted(source, PATH.name, "exec"), space)
    return space


if __name__ == "__main__":
    make = {"plain": _compile_plain, "restricted": _compile_restricted}[sys.argv[1]]
    json.dump(make(PATH.read_text())["merge_cart"](json.load(sys.stdin)), sys.stdout)
