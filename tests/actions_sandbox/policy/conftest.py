"""Runs sources under the policy."""

from collections.abc import Callable
from typing import Any

import pytest

from actions_sandbox.policy import compile_source, new_namespace

Run = Callable[..., dict[str, Any]]


@pytest.fixture
def lines() -> list[tuple[str, str]]:
    """What ``print`` and ``console`` wrote."""
    return []


@pytest.fixture
def run(lines: list[tuple[str, str]]) -> Run:
    """Compiles and executes a source, and returns its namespace; values are given as keywords."""

    def execute(source: str, **values: Any) -> dict[str, Any]:
        compiled = compile_source(source, filename="action.py", trigger=None)
        assert compiled.code is not None, compiled.diagnostics
        namespace = new_namespace(lambda level, text: lines.append((level, text)))
        namespace.update(values)
        exec(compiled.code, namespace)
        return namespace

    return execute
