"""Modules about time: datetime, time, zoneinfo.

Runs in: zygote / worker / developer's machine.
"""

import datetime
import io
import os
import time
import zoneinfo
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from actions_sandbox.policy.modules.facade import Module, make_module
from actions_sandbox.policy.surface import expose

_DATE: Final = "ctime day isocalendar isoformat isoweekday month replace strftime timetuple toordinal weekday year"
_TIME: Final = "dst fold hour microsecond minute second tzinfo tzname utcoffset"

expose(
    datetime.datetime,
    f"{_DATE} {_TIME} astimezone date time timestamp timetz utctimetuple",
    on_class="""combine fromisocalendar fromisoformat fromordinal fromtimestamp max min now resolution
    strptime today utcfromtimestamp utcnow isoformat timestamp""",
)
expose(
    datetime.date,
    _DATE,
    on_class="fromisocalendar fromisoformat fromordinal fromtimestamp isoformat max min resolution today",
)
expose(datetime.time, f"{_TIME} isoformat replace strftime", on_class="fromisoformat max min resolution")
expose(
    datetime.timedelta,
    "days max microseconds min resolution seconds total_seconds",
    on_class="max min resolution",
)
expose(datetime.timezone, "dst fromutc tzname utcoffset", on_class="max min utc")
expose(type(datetime.date.min.isocalendar()), "week weekday year")
expose(
    time.struct_time,
    "tm_hour tm_isdst tm_mday tm_min tm_mon tm_sec tm_wday tm_yday tm_year",
)
expose(zoneinfo.ZoneInfo, "dst fromutc key tzname utcoffset")

import_module("_strptime")  # datetime.strptime looks it up among the loaded modules


class ZoneNotFoundError(KeyError):
    """Raised when a time zone's name is unknown."""


expose(ZoneNotFoundError, "args")


_SKIPPED: Final = frozenset({"posix", "right", "posixrules", "localtime"})
"""Entries of a zone directory that name no zones of their own."""


@cache
def read_zones() -> dict[str, bytes]:
    """Read the data of every time zone once, since a sealed worker opens no files.

    Returns:
        The TZif data by zone name, from the system's directories and the package tzdata; empty on a machine
        without time zone data.
    """
    zones: dict[str, bytes] = {}
    for root in [*map(Path, zoneinfo.TZPATH), *_find_package()]:
        for path, data in _walk_zones(root):
            zones.setdefault(path, data)
    return zones


def _find_package() -> tuple[Path, ...]:
    """Return the directory of the package tzdata when it is installed."""
    spec = find_spec("tzdata")
    return tuple(Path(place, "zoneinfo") for place in (spec.submodule_search_locations or [])) if spec else ()


def _walk_zones(root: Path) -> Iterator[tuple[str, bytes]]:
    """Yield name and data of every zone below a directory."""
    for directory, folders, files in os.walk(root):
        folders[:] = [name for name in folders if name not in _SKIPPED]
        for name in files:
            path = Path(directory, name)
            data = path.read_bytes() if name not in _SKIPPED else b""
            if data.startswith(b"TZif"):
                yield path.relative_to(root).as_posix(), data


_made: Final[dict[str, zoneinfo.ZoneInfo]] = {}
"""Zones made so far: immutable, and never more than there are names."""


def _find_zone(key: Any) -> zoneinfo.ZoneInfo:
    """Return the time zone of a name such as ``Europe/Berlin``."""
    if type(key) is not str:
        raise TypeError("ZoneInfo() takes a name such as 'Europe/Berlin'")
    zone = _made.get(key)
    if zone is None:
        data = read_zones().get(key)
        if data is None:
            raise ZoneNotFoundError(f"no time zone found with key {key[:100]}")
        zone = _made[key] = zoneinfo.ZoneInfo.from_file(io.BytesIO(data), key=key)
    return zone


def _list_zones() -> set[str]:
    """Return the names of all time zones."""
    return set(read_zones())


MODULES: Final[tuple[Module, ...]] = (
    make_module(
        "datetime",
        {
            "date": datetime.date,
            "datetime": datetime.datetime,
            "time": datetime.time,
            "timedelta": datetime.timedelta,
            "timezone": datetime.timezone,
            "UTC": datetime.UTC,
            "MINYEAR": datetime.MINYEAR,
            "MAXYEAR": datetime.MAXYEAR,
        },
        refused={"tzinfo": "use timezone or zoneinfo.ZoneInfo"},
    ),
    make_module(
        "time",
        {"time": time.time},
        refused={
            "sleep": "an action has a deadline and nothing to wait for",
            "strftime": "use datetime.datetime.now(datetime.UTC).strftime(...)",
            "monotonic": "use time.time()",
            "perf_counter": "use time.time()",
            "time_ns": "use time.time()",
        },
    ),
    make_module(
        "zoneinfo",
        {
            "ZoneInfo": _find_zone,
            "ZoneInfoNotFoundError": ZoneNotFoundError,
            "available_timezones": _list_zones,
        },
    ),
)
"""The facades of this file."""
