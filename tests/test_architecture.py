"""What the house looks like: kept here where no linter keeps it."""

import ast
import importlib
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

ROOT: Final = Path(__file__).parent.parent
RUNTIME: Final = ROOT / "runtime"
TOP: Final = frozenset(
    {".ci", ".gitignore", "LICENSE", "Makefile", "README.md", "proto", "pyproject.toml", "runtime", "sdk", "tests"}
)
PLACES: Final = ("server", "zygote", "worker", "developer's machine")
EMPTY_NAMES: Final = frozenset({"utils", "util", "helpers", "helper", "base", "common", "core", "manager", "misc"})
FILE_LINES: Final = 450
FUNCTION_LINES: Final = 45


def _list_files() -> list[str]:
    """List what belongs to the repository, staged or not."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode != 0:
        pytest.skip("not a checkout")
    return [name for name in listed.stdout.split("\0") if name and (ROOT / name).exists()]


def _is_generated(path: Path) -> bool:
    return "_pb2" in path.name or "\nGenerated from " in path.read_text()[:500]


def _list_modules(*folders: Path) -> list[Path]:
    found = [path for folder in folders for path in sorted(folder.rglob("*.py"))]
    return [path for path in found if not _is_generated(path)]


MODULES: Final = _list_modules(RUNTIME, ROOT / "sdk", ROOT / "tests")
RUNTIME_MODULES: Final = _list_modules(RUNTIME)


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_the_top_level_holds_what_it_should_and_nothing_else() -> None:
    assert {name.partition("/")[0] for name in _list_files()} <= TOP


def test_no_module_or_folder_has_a_name_that_says_nothing() -> None:
    named = {_name(path) for path in MODULES for part in path.relative_to(ROOT).parts if Path(part).stem in EMPTY_NAMES}
    assert not named


def _has_code(path: Path) -> bool:
    """Tell whether a module is more than the name of a folder."""
    return path.name != "__init__.py" or any(
        not isinstance(node, ast.Expr) for node in ast.parse(path.read_text()).body
    )


@pytest.mark.parametrize("path", [path for path in RUNTIME_MODULES if _has_code(path)], ids=_name)
def test_a_runtime_module_says_where_it_runs(path: Path) -> None:
    docstring = ast.get_docstring(ast.parse(path.read_text())) or ""
    (line,) = (line for line in docstring.splitlines() if line.startswith("Runs in: "))
    assert line.removeprefix("Runs in: ").startswith(PLACES)


def test_files_stay_short() -> None:
    lengths = {_name(path): len(path.read_text().splitlines()) for path in MODULES}
    long = {
        name: length for name, length in lengths.items() if length > FILE_LINES and name.startswith(("runtime", "sdk"))
    }
    assert not long


def _list_functions(path: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            body = node.body[1:] if ast.get_docstring(node) else node.body
            last = body[-1].end_lineno if body else None
            yield f"{_name(path)}:{node.name}", last - body[0].lineno + 1 if last else 0


def test_functions_stay_short() -> None:
    """Counted without signature and docstring, which are as long as what they tell."""
    modules = _list_modules(RUNTIME, ROOT / "sdk")
    long = {name: length for path in modules for name, length in _list_functions(path) if length > FUNCTION_LINES}
    assert not long


def _run_isolated(code: str) -> str:
    ended = subprocess.run(
        [sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True, timeout=60, env={}, cwd="/"
    )
    return ended.stdout


def test_the_worker_side_loads_nothing_that_reaches_out() -> None:
    """Only ctypes, for system calls that Python has no names for; a real worker is rid of it when it greets."""
    loaded = _run_isolated(
        "import actions_sandbox.worker, actions_sandbox.runner, actions_sandbox.policy as policy, sys\n"
        "policy.preload()\n"
        "print(*sys.modules)"
    ).split()
    forbidden = importlib.import_module("actions_sandbox.seal").FORBIDDEN_MODULES
    assert {name.partition(".")[0] for name in loaded} & forbidden <= {"_ctypes", "ctypes"}
    assert not {name for name in loaded if name.startswith(("actions_runtime", "actions_sdk", "actions."))}


def test_the_zygote_loads_no_library_of_the_trusted_side() -> None:
    loaded = _run_isolated(
        "import actions_sandbox.zygote, actions_sandbox.policy as policy, sys\npolicy.preload()\nprint(*sys.modules)"
    ).split()
    tops = {name.partition(".")[0] for name in loaded}
    assert not tops & {
        "aiosqlite", "alembic", "asyncio", "cryptography", "google", "grpc", "multiprocessing", "pydantic",
        "pydantic_core", "selectors", "socket", "sqlalchemy", "sqlite3", "ssl", "structlog", "subprocess", "uvloop",
    }  # fmt: skip


def test_the_untrusted_side_imports_only_the_standard_library_and_restricted_python() -> None:
    tops: set[str] = set()
    for path in _list_modules(RUNTIME / "actions_sandbox"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                tops |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                assert node.level == 0, f"{_name(path)} imports relatively"
                tops.add((node.module or "").partition(".")[0])
    assert tops - set(sys.stdlib_module_names) == {"RestrictedPython", "actions_sandbox"}


def test_the_import_rules_name_every_module_of_the_untrusted_side_but_the_shared_ones() -> None:
    """A new module of the sandbox is forbidden to the server until somebody decides otherwise."""
    config: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    contract = next(one for one in config["contracts"] if one["source_modules"] == ["actions_runtime"])
    folder = RUNTIME / "actions_sandbox"
    present = {path.stem for path in folder.glob("*.py")} | {path.parent.name for path in folder.glob("*/__init__.py")}
    forbidden = {name.removeprefix("actions_sandbox.") for name in contract["forbidden_modules"]}
    assert present - forbidden == {"__init__", "contract", "rules", "wire"}
