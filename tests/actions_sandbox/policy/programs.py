"""Strategies that write programs: well-behaved ones that end, and wild ones that try to be let in."""

from typing import Final

from hypothesis import strategies as st

_Draw = st.DrawFn

PRELUDE: Final = """\
log = []
def clip(value):
    if isinstance(value, (int, float)):
        return value % 1009
    return value[:6] if isinstance(value, (str, list, tuple)) else value
def note(value):
    log.append(value)
    return value
class Wrong(ValueError):
    pass
kinds = [Wrong, ZeroDivisionError, KeyError, IndexError, UnicodeError, ValueError, AttributeError, NameError, TypeError]
box = {'k': 1, 'n': 9}
a, b, c, d = 1, 'xy', [1, 2], {'k': 5}
"""
"""What every well-behaved program starts with; ``clip`` keeps values small in loops."""

_NAMES: Final = ("a", "b", "c", "d")
_LITERALS: Final = (
    "0", "1", "-3", "7", "2.5", "'xy'", "''", "'0'", "True", "None", "[]", "[1, 2]", "(3, 'z')", "{'k': 1, 'm': [2]}",
    "{1, 2}", "b'q'", "range(3)",
)  # fmt: skip
_OPERATORS: Final = ("+", "-", "*", "/", "//", "%", "&", "|", "^", "@")
_OF_NUMBERS: Final = ("+", "-", "*", "/", "//", "%", "**", "<<", ">>", "&", "|", "^")
_COMPARISONS: Final = ("<", "<=", "==", "!=", ">", ">=", "in", "not in", "is", "is not")
_METHODS: Final = (
    "upper()", "split('x')", "get('k')", "keys()", "items()", "append(1)", "pop()", "count(1)", "index(1)", "copy()",
    "format(1, k=2)", "bit_length()", "strip()", "union([5])", "real", "decode()", "join('ab')",
)  # fmt: skip
_FUNCTIONS: Final = (
    "len", "list", "sorted", "str", "int", "sum", "bool", "tuple", "repr", "abs", "min", "set", "dict", "enumerate",
    "reversed", "iter", "any",
)  # fmt: skip
_ERRORS: Final = (
    "ZeroDivisionError", "(KeyError, IndexError)", "TypeError", "ValueError", "AttributeError", "NameError",
    "LookupError", "Wrong", "Exception",
)  # fmt: skip
_INDEXES: Final = ("0", "-1", "'k'", "5", "1:", "::-1", ":2")
_PATTERNS: Final = (
    "0", "-3", "'xy'", "None", "True", "[]", "[{0}, *{1}]", "({0}, {1})", "{{'k': {0}, **{1}}}", "int()", "str({0})",
    "1 | 2 | 'z'", "[1, 2] as {0}", "list() | tuple()", "dict({0})", "float({0})", "2.5", "[_, *_]",
)  # fmt: skip


class _Writer:
    """Writes one program, statement by statement; every loop is short and functions call earlier ones only."""

    def __init__(self, draw: _Draw) -> None:
        self._draw = draw
        self._functions: list[str] = []
        self._classes: list[str] = []
        self._room = 30

    def _pick(self, options: tuple[str, ...] | list[str]) -> str:
        return self._draw(st.sampled_from(options))

    def _number(self, least: int, most: int) -> int:
        return self._draw(st.integers(least, most))

    def expression(self, depth: int = 2) -> str:
        """Write an expression of at most this many levels."""
        if depth <= 0 or self._number(0, 2) == 0:
            return self._pick(_NAMES + _LITERALS)
        form = self._pick(_EXPRESSIONS)
        parts = {
            "e": self.expression(depth - 1),
            "f": self.expression(depth - 1),
            "op": self._pick(_OPERATORS),
            "cmp": self._pick(_COMPARISONS),
            "method": self._pick(_METHODS),
            "fn": self._pick(_FUNCTIONS),
            "index": self._pick(_INDEXES),
            "n": self._pick(_NAMES),
            "m": self._pick(_NAMES),
            "call": self._call(),
        }
        return form.format(**parts)

    def _call(self) -> str:
        if not self._functions:
            return "clip(3)"
        name = self._pick(self._functions)
        return self._pick(_CALLS).format(name, self._pick(_NAMES + _LITERALS), self._pick(_LITERALS))

    def block(self, depth: int, inside: str = "") -> list[str]:
        """Write one to three statements, indented."""
        lines = [line for _ in range(self._number(1, 3)) for line in self.statement(depth, inside)]
        return [f"    {line}" for line in lines]

    def statement(self, depth: int, inside: str = "") -> list[str]:
        """Write a statement as its lines.

        Args:
            depth: Levels of blocks that it may have.
            inside: ``function``, ``loop``, or both, when it stands in one.
        """
        self._room -= 1
        if depth <= 0 or self._room < 0 or self._number(0, 1):
            return self._simple(inside)
        return getattr(self, self._pick(_BLOCKS))(depth - 1, inside)  # type: ignore[no-any-return]

    def _simple(self, inside: str) -> list[str]:
        forms = list(_SIMPLE)
        if "function" in inside:
            forms += ["return {e}", "yield_", "{n}: int = {e}"]
        if "loop" in inside:
            forms += ["break", "continue"]
        if self._classes:
            forms += list(_OBJECTS)
        form = self._pick(forms)
        parts: dict[str, object] = {
            "e": self.expression(),
            "f": self.expression(1),
            "n": self._pick(_NAMES),
            "m": self._pick(_NAMES),
            "op": self._pick(_OPERATORS),
            "of": self._pick(_OF_NUMBERS),
            "k": self._number(1, 4),
            "kind": self._pick(self._classes or ["object"]),
            "index": self._pick(_INDEXES[:4]),
        }
        made = form.format(**parts)
        return made.replace("yield_", f"yield {self._pick(_NAMES)}").split("\n")

    def _write_if(self, depth: int, inside: str) -> list[str]:
        made = [f"if {self.expression()}:", *self.block(depth, inside)]
        return [*made, "else:", *self.block(depth, inside)] if self._number(0, 1) else made

    def _write_for(self, depth: int, inside: str) -> list[str]:
        target = self._pick(("a", "b", "(a, b)", "[a, *b]", "box['k']"))
        source = self._pick(("range(3)", "'ab'", "[(1, 2), (3, 4)]", "{'k': 1}.items()", "[1, 2]", "c"))
        made = [f"for {target} in clip({source}):", *self.block(depth, inside + "loop")]
        return [*made, "else:", *self.block(depth, inside)] if self._number(0, 2) == 0 else made

    def _write_while(self, depth: int, inside: str) -> list[str]:
        count = f"count{self._room + 100}"
        body = [f"    {count} += 1", *self.block(depth, inside + "loop")]
        return [f"{count} = 0", f"while {count} < 3:", *body]

    def _write_try(self, depth: int, inside: str) -> list[str]:
        made = ["try:", *self.block(depth, inside)]
        for _ in range(self._number(1, 2)):
            made += [f"except {self._pick(_ERRORS)} as error:", "    note(isinstance(error, LookupError))"]
            made += self.block(depth, inside)
        if self._number(0, 1):
            made += ["else:", *self.block(depth, inside)]
        return [*made, "finally:", "    note('finally')"] if self._number(0, 1) else made

    def _write_match(self, depth: int, inside: str) -> list[str]:
        made = [f"match {self.expression()}:"]
        for _ in range(self._number(1, 3)):
            names = [self._pick(_NAMES[:2]), self._pick(_NAMES[2:])]
            guard = f" if {self.expression(1)}" if self._number(0, 3) == 0 else ""
            case = self._pick(_PATTERNS).format(*names)
            made += [f"    case {case}{guard}:", *(f"    {line}" for line in self.block(depth, inside))]
        return made

    def _write_function(self, depth: int, inside: str) -> list[str]:
        name = f"f{len(self._functions)}"
        arguments = self._pick(("a, b=2", "a, /, b=1, *, c=3", "a=1, *b, **c", "a: int = 5, *, d: str = 'd'"))
        before = self._pick(("", "", "", "async "))
        body = self.block(depth, "function")
        if before:
            body = [line.replace("yield ", "") for line in body]
        made = [f"{before}def {name}({arguments}):", *body]
        self._functions.append(name)
        return [*made, f"a = clip({self._call()})"]

    def _write_closure(self, depth: int, inside: str) -> list[str]:
        name = f"f{len(self._functions)}"
        where, body = self._pick(("nonlocal n", "n = 5", "global d")), self.block(depth, "function")
        made = [f"def {name}(a=1, b=2, **c):", "    n = 1", "    def step(k=1):", f"        {where}"]
        made += ["        n = n + k if k else 0" if where != "global d" else "        d = k", "        note(k)"]
        made += [f"        {line.strip()}" for line in body if line.startswith("    n") and "return" in line]
        made += ["        return n", "    return [step(), step(k=2), n]"]
        self._functions.append(name)
        return made

    def _write_class(self, depth: int, inside: str) -> list[str]:
        name = f"C{len(self._classes)}"
        bases = f"({self._pick(self._classes)})" if self._classes and self._number(0, 1) else ""
        made = [
            f"class {name}{bases}:", "    total: int = 1", "    shared = [1]",
            "    def __init__(self, first=0):", f"        {self._super(bases)}", "        self.first = first",
            "    def step(self, more=1):", f"        self.total {self._pick(('+=', '-=', '*='))} more",
            f"        return note(clip({self.expression(1)}))",
            "    def __eq__(self, other):", "        return isinstance(other, " + name + ")",
            "    def __lt__(self, other):", f"        return {self.expression(0)}",
            "    def __contains__(self, item):", "        return item == self.first",
            "    def __enter__(self):", "        note('enter')", "        return self",
            "    def __exit__(self, kind, error, trace):", f"        return {self._pick(('True', 'False', 'None'))}",
        ]  # fmt: skip
        self._classes.append(name)
        return made

    def _super(self, bases: str) -> str:
        return "super().__init__(first)" if bases else "note('new')"

    def _write_with(self, depth: int, inside: str) -> list[str]:
        if not self._classes:
            return self._simple(inside)
        kind = self._pick(self._classes)
        return [f"with {kind}(1) as thing:", "    note(thing.first)", *self.block(depth, inside)]


_BLOCKS: Final = (
    "_write_if", "_write_for", "_write_while", "_write_try", "_write_match", "_write_function", "_write_closure",
    "_write_class", "_write_with",
)  # fmt: skip

_EXPRESSIONS: Final = (
    "({e} {op} {f})",
    "({e} {cmp} {f})",
    "({e} and {f})",
    "({e} or {f})",
    "(not {e})",
    "(-{e})",
    "(~{e})",
    "({e} if {f} else {n})",
    "{fn}({e})",
    "note({e})",
    "{call}",
    "({e}).{method}",
    "({e})[{index}]",
    "[{e}, *{n}]",
    "({e}, {f})",
    "{{'k': {e}, **{n}}}",
    "[{n} for {n} in clip({e})]",
    "[({n}, {m}) for {n} in clip({e}) for {m} in 'ab' if {f}]",
    "{{{n}: {f} for {n} in clip({e})}}",
    "{{{n} for {n} in clip({e})}}",
    "list({n} for {n} in clip({e}))",
    "(lambda {n}, *{m}_: {e})(1)",
    "({n} := {e})",
    "f'{{{n}}}|{{{m}!r:>4}}|{{{n}=}}'",
    "'%s-%s' % ({e}, {f})",
    "isinstance({e}, (int, str))",
    "clip(*[{e}])",
    "dict(**{n}, x={f})",
)

_SIMPLE: Final = (
    "box['n'] {of}= {k}\nnote(box['n'])\nbox['n'] = 9",
    "number = 30\nnumber {of}= {k}\nnote(number)",
    "{n} = clip({e})",
    "{n} = {m} = clip({e})",
    "{n} {op}= clip({f})\n{n} = clip({n})",
    "{n}, {m} = {e}",
    "{n}, *{m} = clip({e})",
    "[{n}, ({m}, d)] = {e}",
    "note({e})",
    "box['k'] {op}= clip({f})\nbox['k'] = clip(box['k'])",
    "box[{n}] = clip({e})",
    "box['k'], {n} = {e}, 1",
    "del box['k']",
    "del {n}",
    "assert {e}, 'no'",
    "{n}[{index}] = 1",
    "{n}[1:2] = clip({f})",
    "raise ValueError({f})",
    "raise Wrong('x', {f})",
    "pass",
    "{n}: int = clip({e})",
    "{n}: int",
)

_OBJECTS: Final = (
    "thing = {kind}(clip({e}))\nnote(thing.step())",
    "note({kind}() == {e})",
    "note(sorted([{kind}(1), {kind}(2)]) == 1)",
    "note({e} in {kind}(1))",
    "thing = {kind}()\nthing.total {of}= {k}\nnote(thing.total)",
    "thing = {kind}()\nthing.shared += [2]\nthing.shared = clip(thing.shared)\nnote({kind}.shared)",
    "{kind}.shared = [clip({f})]",
    "note({kind}().missing)",
    "thing = {kind}()\nthing.first, {n} = 1, 2\ndel thing.first\nnote(thing.first)",
)

_CALLS: Final = (
    "{0}()",
    "{0}({1})",
    "{0}({1}, {2})",
    "{0}(a={1})",
    "{0}(*[{1}])",
    "{0}(**{{'b': {1}}})",
    "list({0}({1}))",
    "{0}({1}, c={2})",
)


_CATCH: Final = ("except Exception as error:", "    note([isinstance(error, kind) for kind in kinds].index(True))")


@st.composite
def well_behaved(draw: _Draw) -> str:
    """Draw a program of the dialect that ends soon and leaves what it saw in ``log``."""
    writer = _Writer(draw)
    lines: list[str] = []
    for _ in range(draw(st.integers(1, 9))):
        made = writer.statement(3)
        if draw(st.integers(0, 5)):
            made = ["try:", *(f"    {line}" for line in made), *_CATCH]
        lines += made
    return PRELUDE + "\n".join(lines) + "\n"


_STRANGE: Final = (
    "_getattr_", "_write_", "_getitem_", "_getiter_", "_apply_", "_inplacevar_", "__metaclass__", "__builtins__",
    "__import__", "__class__", "__init__", "__name__", "_tmp0", "_tmp1", "_print_", "_x", "_", "__", "x", "y", "super",
    "print", "printed", "eval", "getattr", "gi_frame", "format_map", "mro", "generated", "str", "json", "os", "type",
    "\uff3fgetattr_", "_\u017fuper", "\u017fuper", "\uff4dro", "\ufe4dx", "_ge\uff54attr_", "\u1d49val", "\ufe33write_",
    "e\u0301", "\u00aa", "x__roles__", "gi\uff3fframe",
)  # fmt: skip
"""Names of guards, of the interpreter's own and such as Unicode's compatibility forms make equal to them."""

_WILD: Final = (
    "{n} = {m}",
    "{n}.{m} = {p}",
    "{n}[{m}] = {p}",
    "{n} += {m}",
    "{n}.{m} += {p}",
    "{n}[{m}] += {p}",
    "{n}: {m} = {p}",
    "{n}: {m}",
    "del {n}, {m}.{p}",
    "import {n}",
    "import json as {n}",
    "import urllib.parse as {n}",
    "from math import floor as {n}",
    "from {n} import {m}",
    "from json import {n}",
    "global {n}",
    "{n}({m}={p})",
    "{n}(*{m}, **{p})",
    "{n} = [{m} for {p} in {n}]",
    "{n} = {{{m}: {p} for {n}, *{m} in {p}}}",
    "({n} := {m})",
    "{n} = lambda {m}, /, *{p}: {n}",
    "for {n}.{m} in {p}: pass",
    "for {n}, [{m}, *{p}] in {n}: pass",
    "with {n} as {m}, {m} as ({n}, {p}): pass",
    "try: pass\nexcept {n} as {m}: pass",
    "raise {n} from {m}",
    "try: pass\nexcept* {n} as {m}: pass",
    "def {n}({m}, /, {p}=1): pass",
    "def {n}(*{m}, {p}=2, **x): pass",
    "@{n}.{m}\ndef {p}(): yield {n}",
    "async def {n}({m}): await {p}",
    "async def f():\n    async for {n} in {m}: pass",
    "class {n}({m}): {p} = 1",
    "class A:\n    def {n}(self, {m}): return super().{p}",
    "class {n}({m}={p}): pass",
    "def f({n}=1):\n    def g():\n        nonlocal {n}\n        {n} = {m}",
    "match {n}:\n    case {{'a': {m}, **{p}}}: pass",
    "match {n}:\n    case [{m}, *{p}]: pass",
    "match {n}:\n    case {m}({p}): pass",
    "match {n}:\n    case {m}(x={p}): pass",
    "match {n}:\n    case {m}.{p}: pass",
    "match {n}:\n    case 1 as {m}: pass",
    "f'{{{n}.{m}!r:{{{p}}}}}'",
    "'{{0.{n}}}'.format({m})",
    "super().{n}",
    "type {n} = {m}",
    "def f[{n}](): pass",
    "class A[{n}: {m}]: pass",
    "{n} if {m} else {n}.{p}",
    "{n}.{m}.{p}[{n}:{m}]",
    "if TYPE_CHECKING:\n    {n} = {m}",
    "{n} = yield {m}",
    "return {n}",
    "await {n}",
    "*{n}, = {m}",
    "print({n}, file={m})",
)

_IDENTIFIERS = st.sampled_from(_STRANGE) | st.text(
    st.characters(categories=["Lu", "Ll", "Lo", "Nl", "Pc"], max_codepoint=0xFFFF), min_size=1, max_size=4
)


@st.composite
def wild(draw: _Draw) -> str:
    """Draw a program that binds and reads names it must not, in every place where a name can stand."""
    forms = draw(st.lists(st.sampled_from(_WILD), min_size=1, max_size=4))
    made = []
    for form in forms:
        text = form.format(n=draw(_IDENTIFIERS), m=draw(_IDENTIFIERS), p=draw(_IDENTIFIERS))
        around = draw(st.sampled_from(("", "", "def f():", "class A:", "if 1:")))
        made.append(around + "\n    " + text.replace("\n", "\n    ") if around else text)
    return "\n".join(made) + "\n"


noise = st.text(
    st.sampled_from(sorted(set("".join(_WILD) + "".join(_STRANGE) + "\n\t\r\f\0\\#:;'\"`$?!~^\ud800\ufeff\u2028"))),
    max_size=60,
)
"""Text of the characters that programs are made of."""
