"""Turns an author's source into code that calls the guards, or into the reasons why not.

Runs in: worker / developer's machine.
"""

import ast
import marshal
import re
import struct
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import MAGIC_NUMBER
from types import CodeType
from typing import Final

from actions_sandbox.contract import CODE_BYTES, POLICY_VERSION, SOURCE_BYTES, Diagnostic, Trigger
from actions_sandbox.policy.diagnostics import Report, character_column
from actions_sandbox.policy.handler import check_handler
from actions_sandbox.policy.invariant import find_violation
from actions_sandbox.policy.syntax import Transformer

_NO_FILE: Final = "<source>"
"""Python's parser opens the file of the given name to quote a wrong line; the author's name stays out of that."""

_TRANSFORM_DEPTH: Final = 10_000
"""Python frames of the transformer; it takes about five for one level of a tree."""


@dataclass(frozen=True, slots=True)
class Compiled:
    """What became of a source.

    Attributes:
        code: The code to execute in a new namespace; None exactly when there are diagnostics.
        diagnostics: Every reason for the refusal, in the order of their places.
    """

    code: CodeType | None
    diagnostics: tuple[Diagnostic, ...] = ()


def compile_source(source: str, *, filename: str, trigger: Trigger | None) -> Compiled:
    """Compile an action.

    Args:
        source: The author's Python, at most 100 000 bytes of UTF-8.
        filename: The name that errors show.
        trigger: The trigger whose handler the source must have; None to check the language only.

    Returns:
        Code, or every reason why there is none; of a source that cannot be parsed the first reason.
    """
    report = Report(source)
    code: CodeType | None = None
    if _check_text(source, report):
        try:
            code = _compile_text(source, filename, trigger, report)
        except (RecursionError, MemoryError):
            _report_size(report)
        except (ValueError, OverflowError) as error:
            report.add("syntax-error", f"the source cannot be compiled: {error.args[0]}")
    return Compiled(None, report.close()) if report else Compiled(code)


_STAMP: Final = MAGIC_NUMBER + struct.pack("!I", POLICY_VERSION)
"""Stands before kept code: the interpreter whose code it is, and the policy that made it."""


def dump_code(code: CodeType) -> bytes:
    """Encode compiled code, to be kept by the server and loaded by other workers of the same tenant.

    The server keeps the bytes and never reads them. They may come only from a worker that compiled a source and ran
    nothing, and go only to workers of the tenant whose source it was.

    Returns:
        The bytes; none for code that cannot be encoded or is too large, which every worker then compiles for itself.
    """
    try:
        kept = _STAMP + marshal.dumps(code)
    except (ValueError, MemoryError):
        return b""
    return kept if len(kept) <= CODE_BYTES else b""


def load_code(kept: bytes) -> Compiled | None:
    """Load code that :func:`dump_code` encoded.

    Returns:
        What compiling its source would give; None when another interpreter or another policy made it, or when there
        is none.
    """
    if not kept.startswith(_STAMP):
        return None
    try:
        code = marshal.loads(memoryview(kept)[len(_STAMP) :])  # noqa: S302 - the tenant's own, by this very policy
    except (EOFError, ValueError, TypeError):
        return None
    return Compiled(code) if type(code) is CodeType else None


def _check_text(source: str, report: Report) -> bool:
    """Report text that the parser should not get to see."""
    try:
        size = len(source.encode("utf-8"))
    except UnicodeEncodeError as error:
        line, column = _place(source, error.start)
        message = "the source holds half of a surrogate pair, which is no character"
        report.add("source-encoding", message, "remove the character", line=line, column=column)
        return False
    if size > SOURCE_BYTES:
        message = f"the source has {size} bytes, over the limit of {SOURCE_BYTES}"
        report.add("source-too-large", message, "move data into secrets or metadata, or split the action")
    elif "\0" in source:
        line, column = _place(source, source.index("\0"))
        message = "the source holds a NUL character"
        report.add("source-encoding", message, "remove the character", line=line, column=column)
    return not report


def _place(source: str, index: int) -> tuple[int, int]:
    """Return line and column of a character."""
    before = re.split(r"\r\n|\r|\n", source[:index])
    return len(before), len(before[-1]) + 1


def _report_size(report: Report) -> None:
    """Report a source that is too complicated for the compiler."""
    message = "the source is nested too deep to be compiled"
    report.add("source-too-complex", message, "split the expression into several statements")


def _compile_text(source: str, filename: str, trigger: Trigger | None, report: Report) -> CodeType | None:
    """Parse, transform, check and compile."""
    tree = _parse(source, report)
    if tree is None:
        return None
    transformer = Transformer(report)
    with _allow_depth():
        tree = transformer.transform(tree)
    if trigger is not None:
        check_handler(tree, transformer.scopes.generators, trigger, report)
    if report:
        return None
    _check_invariant(tree, report)
    return None if report else _compile_tree(tree, filename, report)


@contextmanager
def _allow_depth() -> Iterator[None]:
    """Let the transformer, whose frames use no C stack, go as deep as the compiler goes."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, _TRANSFORM_DEPTH))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)


def _parse(source: str, report: Report) -> ast.Module | None:
    """Parse text, which unlike bytes has no encoding cookie that could turn a comment into code."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            flags = ast.PyCF_ONLY_AST
            tree: ast.Module = compile(source, _NO_FILE, "exec", flags, dont_inherit=True, optimize=0)
    except SyntaxError as error:
        _report_syntax(error, report, error.offset or 0)
        return None
    return tree


def _check_invariant(tree: ast.Module, report: Report) -> None:
    """Report a tree that is not what the transformer should have made."""
    found = find_violation(tree)
    if found is not None:
        node, text = found
        message = f"the source uses a name or a form that actions do not have ({text[:100]})"
        report.add_at(node, "policy-invariant", message, "write it in a plainer way")


def _compile_tree(tree: ast.Module, filename: str, report: Report) -> CodeType | None:
    """Compile a transformed tree, which finds what the parser does not, such as a stray ``return``."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            fixed = ast.fix_missing_locations(tree)
            code: CodeType = compile(fixed, filename, "exec", 0, dont_inherit=True, optimize=0)
    except SyntaxError as error:
        column = character_column(report.line(error.lineno or 0), (error.offset or 0) - 1)
        _report_syntax(error, report, column)
        return None
    return code


def _report_syntax(error: SyntaxError, report: Report, column: int) -> None:
    """Report what Python's parser or compiler says."""
    line = error.lineno or 0
    message = str(error.args[0]) if error.args else "invalid syntax"
    if "too many nested parentheses" in message or "too complex" in message:
        _report_size(report)
        return
    if message.startswith("Exceeds the limit"):
        message = "the number has more than 4300 digits"
    text = report.line(line)
    hint = next((hint for pattern, hint in _FOREIGN if pattern.search(text)), "")
    hint = hint or next((hint for words, hint in _MENDS if words in message), "")
    report.add("syntax-error", message, hint, line=line, column=max(column, 0))


_FOREIGN: Final = tuple(
    (re.compile(pattern), hint)
    for pattern, hint in (
        (r"===|!==", "this is JavaScript; Python compares with == and !="),
        (
            r"\b(exports|module)\.|=>|\bfunction\b",
            "this is JavaScript; write def on_execute_post_login(event, api): with an indented body",
        ),
        (r"^\s*(const|let|var)\s", "this is JavaScript; Python assigns with name = value"),
        (r"&&|\|\|", "this is JavaScript; write and, or"),
        (r"^\s*//|^\s*/\*", "comments start with #"),
        (r"\?\.|\?\?", "this is JavaScript; test for None with if"),
        (r"\w\+\+", "write name += 1"),
        (r"\bnew\s+\w", "this is JavaScript; Python makes objects without new"),
        (r"[{};]\s*$", "Python blocks start with a colon and are indented"),
        (r"^\s*print\s+\S", "write print(...)"),
        (r"\bexcept\s+\w+\s*,", "write except (First, Second) as error:"),
    )
)
"""Mistakes of authors who come from elsewhere, by the line where the parser stops."""

_MENDS: Final = (
    ("expected ':'", "end the line with a colon"),
    ("was never closed", "add the closing bracket"),
    ("unmatched", "remove the bracket, or open one before it"),
    ("does not match opening", "close the bracket that was opened last"),
    ("unexpected indent", "begin the line in the column of the line above"),
    ("expected an indented block", "indent what belongs to the line above by four spaces"),
    ("unindent does not match", "begin the line in the column of a line above"),
    ("inconsistent use of tabs", "indent with spaces only"),
    ("unterminated", "close the text with its quotes"),
    ("outside function", "indent it into the function that it belongs to"),
    ("outside loop", "indent it into the loop that it belongs to"),
    ("forgot a comma", "write a comma between the two"),
    ("Maybe you meant '=='", "compare with =="),
)
"""What to do, by what the parser says."""
