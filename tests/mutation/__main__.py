"""``make mutate``: puts one fault at a time into the guards and the rules, and sees whether the tests notice.

A mutation tool that wraps functions would change what is tested: the guards know functions by their globals and
compare themselves by identity, and most of the policy stands in tables. Here a mutant is a module of its own,
imported in its place by a forked process that runs the module's tests until the first one fails.

``equivalent.json`` lists the mutants that no test can tell from the original, each with the reason.
"""

import argparse
import ast
import importlib.util
import json
import os
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Any, Final

import hypothesis
import pytest
import RestrictedPython

from tests.mutation.mutants import Mutant, list_mutants

ROOT: Final = Path(__file__).parent.parent.parent
RUNTIME: Final = ROOT / "runtime"
EQUIVALENT: Final = Path(__file__).parent / "equivalent.json"
LEAST_PERCENT: Final = 95.0
RUN_SECONDS: Final = 120.0
PRELOADED: Final = (hypothesis, RestrictedPython)
"""Loaded once, before the forks."""

_POLICY: Final = "tests/actions_sandbox/policy"


def _name_tests(first: str) -> tuple[str, ...]:
    others = ("test_guard_rules", "test_guards", "test_surface", "test_language", "test_escapes")
    return tuple(f"{_POLICY}/{name}.py" for name in dict.fromkeys((first, *others)))


TESTS: Final[dict[str, tuple[str, ...]]] = {
    "actions_sandbox.policy.guards": _name_tests("test_guard_rules"),
    "actions_sandbox.policy.attributes": _name_tests("test_surface"),
    "actions_sandbox.policy.surface": _name_tests("test_surface"),
    "actions_sandbox.policy.tenant": _name_tests("test_tenant"),
    "actions_sandbox.rules": tuple(
        f"tests/actions_sandbox/test_{name}.py" for name in ("rule_sentences", "rules", "api")
    ),
    "actions_sandbox.values": tuple(
        f"tests/actions_sandbox/test_{name}.py" for name in ("value_walk", "values", "api")
    ),
}
"""The tests that must notice a fault in a module, the likeliest first."""


class _Import(MetaPathFinder, Loader):
    """Imports a tree in the place of a module.

    Args:
        name: The module's name.
        tree: What it is made of.
    """

    def __init__(self, name: str, tree: ast.Module) -> None:
        self._name = name
        self._tree = tree

    def find_spec(self, fullname: str, path: Any, target: ModuleType | None = None) -> ModuleSpec | None:
        """Offer the one module."""
        return importlib.util.spec_from_loader(fullname, self) if fullname == self._name else None

    def exec_module(self, module: ModuleType) -> None:
        """Execute the tree as the module."""
        exec(compile(self._tree, str(_path(self._name)), "exec"), module.__dict__)


def _path(module: str) -> Path:
    return RUNTIME / Path(*module.split(".")).with_suffix(".py")


def _run_tests(module: str, tree: ast.Module) -> int:
    """Run a module's tests in this process, with the tree in the module's place; nothing is printed.

    Returns:
        The code of the first file of tests that fails; 0 when all pass.
    """
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    os.dup2(silence, 2)
    sys.meta_path.insert(0, _Import(module, tree))
    plugins = [option for name in ("cacheprovider", "randomly", "xdist") for option in ("-p", f"no:{name}")]
    options = ["-x", "-q", *plugins, f"--confcutdir={ROOT}/tests/actions_sandbox", f"--rootdir={ROOT}"]
    return next((code for code in (int(pytest.main([*options, path])) for path in TESTS[module]) if code), 0)


def _start(module: str, tree: ast.Module) -> int:
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        code = _run_tests(module, tree)
    finally:
        os._exit(code)


@dataclass(frozen=True, slots=True)
class _Running:
    mutant: Mutant
    deadline: float


def find_survivors(module: str, mutants: Iterable[Mutant], jobs: int) -> Iterator[Mutant]:
    """Yield the mutants that no test notices; one whose tests do not end is noticed."""
    waiting, running = list(reversed(list(mutants))), dict[int, _Running]()
    while waiting or running:
        while waiting and len(running) < jobs:
            mutant = waiting.pop()
            running[_start(module, mutant.make())] = _Running(mutant, time.monotonic() + RUN_SECONDS)
        for pid, run in list(running.items()):
            if time.monotonic() > run.deadline:
                os.kill(pid, 9)
            ended, status = os.waitpid(pid, os.WNOHANG)
            if ended:
                del running[pid]
                if status == 0:
                    yield run.mutant
        time.sleep(0.01)


def judge(module: str, equivalent: dict[str, str], jobs: int) -> float:
    """Mutate one module and print what survived.

    Returns:
        The percentage of mutants that were noticed, equivalent ones left out.

    Raises:
        SystemExit: The tests fail without a fault, or a mutant that is listed as equivalent does not exist.
    """
    source = _path(module).read_text()
    if os.waitpid(_start(module, ast.parse(source)), 0)[1]:
        sys.exit(f"{module}: the tests fail without a fault: python -m pytest {' '.join(TESTS[module])}")
    mutants = list_mutants(source)
    unknown = equivalent.keys() - {mutant.name for mutant in mutants}
    if unknown:
        sys.exit(f"{module}: {EQUIVALENT.name} lists mutants that do not exist: {sorted(unknown)}")
    tried = [mutant for mutant in mutants if mutant.name not in equivalent]
    survivors = list(find_survivors(module, tried, jobs))
    for mutant in sorted(survivors, key=lambda item: item.line):
        print(f"  survived: {_path(module).relative_to(ROOT)}:{mutant.line}: {mutant.name}")
    killed = len(tried) - len(survivors)
    percent = 100.0 * killed / len(tried)
    print(f"{module}: {killed} of {len(tried)} killed ({percent:.1f} %), {len(equivalent)} equivalent", flush=True)
    return percent


def main() -> int:
    """Mutate the modules named, or all; return 1 when too many mutants of one of them survive."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("modules", nargs="*", help=f"of {', '.join(TESTS)}; all unless named")
    parser.add_argument("--jobs", type=int, default=min(4, os.cpu_count() or 1))
    arguments = parser.parse_args()
    equivalent: dict[str, dict[str, str]] = json.loads(EQUIVALENT.read_text())
    modules = arguments.modules or list(TESTS)
    percents = [judge(module, equivalent.get(module, {}), arguments.jobs) for module in modules]
    return 0 if min(percents) >= LEAST_PERCENT else 1


if __name__ == "__main__":
    sys.exit(main())
