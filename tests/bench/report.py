"""Puts results into words: Markdown whose tables can be read in a terminal too."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from tests.bench.goals import judge
from tests.bench.targets import ECHO, FAST, PUBLIC, TUNED
from tests.bench.tenants import median_kib

Results = Mapping[str, Any]
OURS = (PUBLIC, FAST, TUNED)
BUSY = 0.5
"""Processes that want to run, for each core, from which on a machine is called busy."""

HEADS = ("requests/s", "p50 µs", "p99 µs", "server CPU µs/request")
FIGURES = ("rate", "p50_us", "p99_us", "cpu_us")


def render(results: Results) -> str:
    """Render everything that results hold."""
    parts = [f"# Benchmark, {results['machine']['date']}", render_machine(results["machine"]), results["method"]]
    for key, one in RENDERERS.items():
        if results.get(key):
            parts.append(one(results[key]))
    parts += [render_skipped(results.get("skipped", {})), render_goals(results), f"Wrong replies: {results['wrong']}"]
    return "\n\n".join(part for part in parts if part) + "\n"


def render_machine(machine: Mapping[str, str]) -> str:
    """Render what the run was made on."""
    told = "; ".join(f"{name} {value}" for name, value in machine.items() if name != "date")
    busy = float(machine["load before"].split()[0]) > int(machine["cores"]) * BUSY
    return f"{told}\n\nOthers were using this machine when the run began: do not rely on its figures." if busy else told


def render_comparison(levels: Sequence[Mapping[str, Any]]) -> str:
    """Render the figures of every target and their ratios, pair by pair."""
    return "\n\n".join(_render_level(level) for level in levels)


def _render_level(level: Mapping[str, Any]) -> str:
    rounds, figures = len(level["rounds"]), level["figures"]
    parts = [
        f"## {level['in_flight']} in flight, {rounds} rounds (min/median/max)",
        make_table(
            ("target", *HEADS, "checked", "wrong"),
            ([name, *_cells(one, 0), *_count(level["rounds"], name)] for name, one in figures.items()),
        ),
    ]
    others = [name for name in figures if name != ECHO]
    if ECHO in figures and others:
        rows = ([name, *_cells(level["ratios"][name][ECHO], 2)] for name in others)
        parts += [f"As a multiple of `{ECHO}` in the same round:", make_table(("target", *HEADS), rows)]
    for own in OURS:
        rest = [name for name in others if name != own]
        if own in figures and rest:
            rows = ([name, *_cells(level["ratios"][own][name], 2)] for name in rest)
            parts += [f"`{own}` as a multiple of each in the same round:", make_table(("of", *HEADS), rows)]
    return "\n\n".join(parts)


def _cells(figures: Mapping[str, Sequence[float]], digits: int) -> list[str]:
    return [text(figures[name], digits) for name in FIGURES]


def _count(rounds: Sequence[Mapping[str, Any]], name: str) -> list[str]:
    return [str(sum(one[name][what] for one in rounds)) for what in ("checked", "wrong")]


def text(values: Sequence[float], digits: int) -> str:
    """Write minimum, median and maximum."""
    return "/".join(f"{value:.{digits}f}" for value in values)


def render_curve(curve: Mapping[str, Any]) -> str:
    """Render latency over load."""
    rows = (
        [name, str(level["in_flight"]), *_cells(figures, 0)]
        for name in curve["levels"][0]["figures"]
        for level in curve["levels"]
        for figures in [level["figures"][name]]
    )
    return f"## Latency over load\n\n{make_table(('target', 'in flight', *HEADS), rows)}"


def render_growth(axes: Sequence[Mapping[str, Any]]) -> str:
    """Render how cost grows along every axis."""
    return "\n\n".join(_render_axis(axis, level) for axis in axes for level in axis["levels"])


def _render_axis(axis: Mapping[str, Any], level: Mapping[str, Any]) -> str:
    heads = (axis["axis"], "request bytes", "target", *HEADS, "CPU, multiple of the first")
    rows = (
        [
            f"{value:,}".replace(",", " "),
            str(axis["request_bytes"][place]),
            name,
            *_cells(level["figures"][name][place], 0),
            text(level["growth"][name][place]["cpu_us"], 2),
        ]
        for place, value in enumerate(axis["values"])
        for name in axis["targets"]
    )
    return f"## Growth: {axis['axis']}, {level['in_flight']} in flight\n\n{make_table(heads, rows)}"


def render_tenants(found: Mapping[str, Any]) -> str:
    """Render what many tenants cost."""
    parts = ["## Tenants", "A tenant's first execution, one call at a time, every reply checked:"]
    heads = ("when", "executions", "p50 µs", "p99 µs", "wrong")
    keys = ("executions", "p50_us", "p99_us", "wrong")
    rows = ([when, *(f"{one[key]:.0f}" for key in keys)] for when, one in found["first"].items())
    parts.append(make_table(heads, rows))
    return "\n\n".join([*parts, *map(_render_room, found["rooms"])])


def _render_room(room: Mapping[str, Any]) -> str:
    """Render what the tenants cost where the server may keep so many workers."""
    parts = [f"### At most {room['workers']} workers"]
    for level in room["levels"]:
        rows = (
            [name, *_cells(one, 0), text(level["ratios"][name]["p99_us"], 2)] for name, one in level["figures"].items()
        )
        parts += [
            f"{level['in_flight']} in flight, every reply checked:",
            make_table(("order", *HEADS, "p99, multiple of the first"), rows),
        ]
    pss = "; ".join(
        f"{len(sizes)} {role}: {median_kib(sizes) / 1_024:.1f} MiB each" for role, sizes in room["pss_kib"].items()
    )
    return "\n\n".join([*parts, f"Memory at the end (PSS, median): {pss}"])


def render_encryption(found: Mapping[str, Any]) -> str:
    """Render what TLS costs."""
    parts = ["## Encryption (checking driver)"]
    for level in found["levels"]:
        rows = ([name, *_cells(one, 0)] for name, one in level["figures"].items())
        parts += [f"{level['in_flight']} in flight:", make_table(("connection", *HEADS), rows)]
        lanes = {name.rpartition(", ")[0] for name in level["figures"]}
        ratios = (
            [name, *_cells(level["ratios"][name][f"{lane}, clear text"], 2)]
            for lane in sorted(lanes)
            for name in level["figures"]
            if name.startswith(f"{lane}, ") and not name.endswith("clear text")
        )
        parts += ["As a multiple of clear text, in the same round:", make_table(("connection", *HEADS), ratios)]
    return "\n\n".join(parts)


def render_soak(found: Mapping[str, Any]) -> str:
    """Render the long run."""
    rows = (
        [name, f"{one['early']:.0f}", f"{one['late']:.0f}", "flat" if one["flat"] else "GROWS"]
        for name, one in found["growth"].items()
    )
    return "\n\n".join(
        [
            "## Soak",
            f"{found['requests']} requests at {found['rate']:.0f}/s, 80 % of the peak of {found['peak']:.0f}/s; "
            f"{found['wrong']} wrong, {found['behind']} not sent in time; p50 {found['p50_us']:.0f} µs, "
            f"p99 {found['p99_us']:.0f} µs (median of the parts), {found['worst_p99_us']:.0f} µs in the worst part.",
            make_table(("all processes", "first third", "last third", "judged"), rows),
            "It held." if found["held"] else "It did NOT hold.",
        ]
    )


def render_skipped(skipped: Mapping[str, str]) -> str:
    """Render what could not be measured here."""
    return "\n".join(f"- skipped: {name}: {why}" for name, why in skipped.items())


def render_goals(results: Results) -> str:
    """Render the goals that these results say something about."""
    judged = judge(results)
    if not judged:
        return ""
    rows = (
        [one.text, f"{one.sign} {one.bound:g}", f"{found:.2f}", "reached" if one.holds(found) else "missed"]
        for one, found in judged
    )
    return f"## Goals (medians)\n\n{make_table(('measure', 'goal', 'found', ''), rows)}"


def make_table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Make a Markdown table whose columns line up."""
    lines = [list(heads), *map(list, rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
    return "\n".join(_make_line(line, widths) for line in (lines[0], rule, *lines[1:]))


def _make_line(cells: Sequence[str], widths: Sequence[int]) -> str:
    first, *rest = zip(cells, widths, strict=True)
    return f"| {' | '.join([first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in rest)])} |"


RENDERERS: dict[str, Callable[[Any], str]] = {
    "comparison": render_comparison,
    "curve": render_curve,
    "growth": render_growth,
    "tenants": render_tenants,
    "encryption": render_encryption,
    "soak": render_soak,
}
