"""Draws results: latency over load, and growth."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("Agg")

from matplotlib import pyplot
from matplotlib.axes import Axes
from matplotlib.figure import Figure

MEDIAN = 1
MARKS = "osD^vP*Xd<>ph"
CAPTION = "{processor}, {cores} cores, {date}"


def draw(results: Mapping[str, Any], folder: Path) -> list[Path]:
    """Draw what results hold.

    Args:
        results: A run's results.
        folder: Where the PNG files go; made where it is missing.

    Returns:
        The files.
    """
    folder.mkdir(parents=True, exist_ok=True)
    caption = CAPTION.format_map(results["machine"])
    files = []
    if results.get("curve"):
        files.append(_save(_draw_curve(results["curve"]["levels"]), folder / "latency_over_load.png", caption))
    for axis in results.get("growth") or ():
        name = axis["axis"].partition(",")[0].replace(" ", "_")
        files.append(_save(_draw_axis(axis), folder / f"growth_{name}.png", caption))
    for room in results.get("tenants", {}).get("rooms", ()):
        name = f"growth_tenants_{room['workers']}_workers.png"
        files.append(_save(_draw_tenants(room), folder / name, caption))
    if results.get("soak"):
        files.append(_save(_draw_soak(results["soak"]["samples"]), folder / "soak.png", caption))
    return files


def _save(figure: Figure, file: Path, caption: str) -> Path:
    figure.text(0.995, 0.005, caption, ha="right", va="bottom", fontsize=7, color="gray")
    figure.tight_layout(rect=(0, 0.02, 1, 1))
    figure.savefig(file, dpi=120)
    pyplot.close(figure)
    return file


def _draw_curve(levels: Sequence[Mapping[str, Any]]) -> Figure:
    figure, places = pyplot.subplots(1, 2, figsize=(13, 5.5), sharey=True)
    for place, (key, title) in zip(places, (("p50_us", "median"), ("p99_us", "99th percentile")), strict=True):
        for mark, name in zip(MARKS * 3, levels[0]["figures"], strict=False):
            rows = [level["figures"][name] for level in levels]
            rate, latency = ([row[what][MEDIAN] for row in rows] for what in ("rate", key))
            place.plot(rate, [one / 1_000 for one in latency], marker=mark, markersize=4, label=name)
        _label(
            place,
            "requests/s",
            "latency, ms",
            f"{title}; {levels[0]['in_flight']} to {levels[-1]['in_flight']} in flight",
        )
        place.set_xscale("log")
        place.set_yscale("log")
    places[0].legend(fontsize=7)
    return figure


def _label(place: Axes, x: str, y: str, title: str) -> None:
    place.set_xlabel(x)
    place.set_ylabel(y)
    place.set_title(title, fontsize=10)
    place.grid(visible=True, which="both", alpha=0.25)


def _draw_axis(axis: Mapping[str, Any]) -> Figure:
    levels = axis["levels"]
    figure, places = pyplot.subplots(1, len(levels), figsize=(6.5 * len(levels), 4.5), squeeze=False)
    for place, level in zip(places[0], levels, strict=True):
        for mark, name in zip(MARKS, axis["targets"], strict=False):
            spreads = [point["cpu_us"] for point in level["figures"][name]]
            _draw_spread(place, axis["values"], spreads, mark, name)
        _label(place, axis["axis"], "server CPU, µs per request", f"{level['in_flight']} in flight (min, median, max)")
        place.set_ylim(bottom=0)
        place.legend(fontsize=8)
    return figure


def _draw_spread(place: Axes, x: Sequence[float], spreads: Sequence[Sequence[float]], mark: str, name: str) -> None:
    middle = [one[MEDIAN] for one in spreads]
    errors = [[one[1] - one[0] for one in spreads], [one[2] - one[1] for one in spreads]]
    place.errorbar(x, middle, yerr=errors, marker=mark, markersize=4, capsize=3, label=name)


def _draw_tenants(room: Mapping[str, Any]) -> Figure:
    levels = room["levels"]
    figure, places = pyplot.subplots(1, len(levels), figsize=(6.5 * len(levels), 4.5), squeeze=False)
    for place, level in zip(places[0], levels, strict=True):
        names = list(level["figures"])
        for shift, key in ((-0.2, "p50_us"), (0.2, "p99_us")):
            heights = [level["figures"][name][key][MEDIAN] / 1_000 for name in names]
            place.bar([number + shift for number in range(len(names))], heights, 0.4, label=key.removesuffix("_us"))
        place.set_xticks(range(len(names)), names)
        _label(place, "tenants", "latency, ms", f"{level['in_flight']} in flight, at most {room['workers']} workers")
        place.legend()
    return figure


def _draw_soak(samples: Sequence[Mapping[str, Any]]) -> Figure:
    figure, places = pyplot.subplots(2, 2, figsize=(11, 6), sharex=True)
    for place, name in zip(places.flat, ("pss_kib", "rss_kib", "descriptors", "processes"), strict=True):
        place.plot([one["second"] for one in samples], [one[name] for one in samples])
        _label(place, "seconds", name.replace("_kib", ", KiB"), "")
        place.set_ylim(bottom=0)
    return figure
