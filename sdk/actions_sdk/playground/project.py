"""The files of a project that the page may open and save: Python and JSON inside the project's folder.

Runs in: developer's machine.
"""

import hashlib
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path, PurePosixPath
from typing import Final

from actions_sandbox.contract import SOURCE_BYTES
from actions_sdk.playground.problems import PlaygroundError

KINDS: Final = {".py": "action", ".json": "event"}
"""What can be opened, by the end of its name."""

MAX_BYTES: Final = {".py": SOURCE_BYTES, ".json": 256 * 1024}
"""Largest file of each kind; an action and an event may be no larger either."""

MAX_FILES: Final = 500
"""Files that are listed; a project has a handful."""

_SKIPPED: Final = frozenset({"__pycache__", "node_modules", "venv", "site-packages"})


@dataclass(frozen=True, slots=True)
class ProjectFile:
    """A file as it lies on disk.

    Attributes:
        path: Below the project's folder, with ``/``.
        text: Its content.
        digest: Stands for the content; a save that names it is refused when the file has changed since.
    """

    path: str
    text: str
    digest: str


class Project:
    """A folder of actions and events.

    Args:
        folder: The folder; None for a playground without files.

    Raises:
        PlaygroundError: There is no such folder.
    """

    def __init__(self, folder: Path | None) -> None:
        if folder is not None and not folder.is_dir():
            raise PlaygroundError(
                HTTPStatus.BAD_REQUEST, "NO_PROJECT", f"{folder} is no folder.", "Name a project's folder."
            )
        self.folder = None if folder is None else folder.resolve()

    def list_files(self) -> list[dict[str, str]]:
        """Return path and kind (``action`` or ``event``) of every file, at most :data:`MAX_FILES`, in order."""
        if self.folder is None:
            return []
        found = sorted(self._walk(self.folder))[:MAX_FILES]
        return [{"path": path, "kind": KINDS[PurePosixPath(path).suffix]} for path in found]

    def _walk(self, folder: Path) -> Iterator[str]:
        for parent, folders, names in os.walk(folder):
            folders[:] = [name for name in folders if not _is_skipped(name)]
            for name in names:
                path = Path(parent, name)
                if path.suffix in KINDS and not _is_skipped(name) and self._is_inside(path):
                    yield path.relative_to(folder).as_posix()

    def read(self, path: str) -> ProjectFile:
        """Read a file.

        Args:
            path: Below the project's folder, with ``/``.

        Raises:
            PlaygroundError: The path is not allowed, there is no such file, it is too large or not UTF-8.
        """
        place = self._locate(path)
        try:
            with place.open("rb") as file:
                content = file.read(MAX_BYTES[place.suffix] + 1)
        except FileNotFoundError:
            raise _not_found(path) from None
        except OSError as error:
            raise _fail(path, "read", error) from None
        _require_size(path, content)
        try:
            return ProjectFile(path, content.decode("utf-8-sig"), _digest(content))
        except UnicodeDecodeError:
            raise PlaygroundError(
                HTTPStatus.UNPROCESSABLE_ENTITY, "NOT_UTF8", f"{path} is not UTF-8.", "Save it as UTF-8."
            ) from None

    def write(self, path: str, text: str, digest: str | None) -> ProjectFile:
        """Write a file whole, or leave it as it was.

        Args:
            path: Below the project's folder, with ``/``; folders are made where they are missing.
            text: The new content.
            digest: That of the content it replaces; empty when the file must be new; None to replace whatever is
                there.

        Raises:
            PlaygroundError: The path is not allowed, the file has changed or exists, it would be too large, or the
                disk refuses.
        """
        place = self._locate(path)
        content = text.encode()
        _require_size(path, content)
        try:
            if digest is not None:
                _require_unchanged(path, place, digest)
            place.parent.mkdir(parents=True, exist_ok=True)
            _replace(place, content)
        except OSError as error:
            raise _fail(path, "written", error) from None
        return ProjectFile(path, text, _digest(content))

    def _locate(self, path: str) -> Path:
        """Return a file's real place.

        Raises:
            PlaygroundError: It is outside the project, hidden, or of no kind that can be opened.
        """
        if self.folder is None:
            raise PlaygroundError(
                HTTPStatus.CONFLICT,
                "NO_PROJECT",
                "There is no project.",
                "Start with a project's folder to keep files.",
            )
        pure = PurePosixPath(path)
        plain = path == pure.as_posix() and not pure.is_absolute() and "\\" not in path and path.isprintable()
        if not plain or pure.suffix not in KINDS or any(map(_is_skipped, pure.parts)):
            raise _forbid(path)
        place = (self.folder / pure).resolve()
        if not self._is_inside(place) or place.suffix not in KINDS:
            raise _forbid(path)
        return place

    def _is_inside(self, place: Path) -> bool:
        return self.folder is not None and place.resolve().is_relative_to(self.folder)


def _is_skipped(name: str) -> bool:
    return name.startswith(".") or name in _SKIPPED


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _require_size(path: str, content: bytes) -> None:
    limit = MAX_BYTES[PurePosixPath(path).suffix]
    if len(content) > limit:
        message = f"{path} is larger than {limit:,} bytes."
        raise PlaygroundError(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "TOO_LARGE", message, "Split it, or take something out."
        )


def _require_unchanged(path: str, place: Path, digest: str) -> None:
    found = _digest(place.read_bytes()) if place.exists() else ""
    if found == digest:
        return
    message = f"{path} has changed on disk since it was opened." if digest else f"{path} exists already."
    raise PlaygroundError(HTTPStatus.CONFLICT, "CHANGED", message, "Open it again, or save once more to replace it.")


def _replace(place: Path, content: bytes) -> None:
    """Put a file in its place in one step, with the mode of the one that it replaces."""
    mode = place.stat().st_mode & 0o777 if place.exists() else None
    handle, name = tempfile.mkstemp(dir=place.parent, prefix=".playground-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(name).chmod(0o644 if mode is None else mode)
        Path(name).replace(place)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _not_found(path: str) -> PlaygroundError:
    return PlaygroundError(HTTPStatus.NOT_FOUND, "NOT_FOUND", f"There is no file {path}.", "Choose one of the list.")


def _forbid(path: str) -> PlaygroundError:
    hint = "Use a relative path with / to a *.py or *.json file inside the project, none of it hidden."
    return PlaygroundError(HTTPStatus.FORBIDDEN, "PATH_NOT_ALLOWED", f"{path!r} cannot be opened or saved here.", hint)


def _fail(path: str, verb: str, error: OSError) -> PlaygroundError:
    message = f"{path} cannot be {verb}: {error.strerror or 'the system refuses'}."
    return PlaygroundError(HTTPStatus.CONFLICT, "DISK", message, "Look at the file's permissions and the disk's space.")
