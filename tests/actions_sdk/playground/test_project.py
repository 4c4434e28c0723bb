"""Files of a project: opened and saved inside its folder only."""

import os
from pathlib import Path

import pytest

from tests.actions_sdk.playground.conftest import Caller

GREET = "actions/greet.py"


def test_list_holds_what_can_be_opened(owner: Caller) -> None:
    """Python and JSON of the project; nothing hidden, of another kind or outside behind a link."""
    assert owner.call("GET", "files").document == {
        "project": "shop",
        "files": [{"path": GREET, "kind": "action"}, {"path": "login.json", "kind": "event"}],
    }


def test_saved_file_is_read_again(owner: Caller, project: Path) -> None:
    """What is saved lies on disk and is opened with the digest that the save told."""
    opened = owner.call("GET", f"files/{GREET}").document
    saved = owner.call("PUT", f"files/{GREET}", text="# ü\n", digest=opened["digest"])
    assert saved.status == 200
    assert (project / GREET).read_text(encoding="utf-8") == "# ü\n"
    assert owner.call("GET", f"files/{GREET}").document == {
        "path": GREET,
        "text": "# ü\n",
        "digest": saved.document["digest"],
    }


def test_new_file_makes_its_folder_and_replaces_nothing(owner: Caller, project: Path) -> None:
    """A new file is new; one that exists is kept unless the caller wants it replaced."""
    assert owner.call("PUT", "files/events/new/one.json", text="{}", digest="").status == 200
    assert (project / "events" / "new" / "one.json").read_text() == "{}"
    refused = owner.call("PUT", f"files/{GREET}", text="", digest="")
    assert (refused.status, refused.document["code"]) == (409, "CHANGED")
    assert owner.call("PUT", f"files/{GREET}", text="x = 1\n", digest=None).status == 200


def test_file_that_changed_meanwhile_is_kept(owner: Caller, project: Path) -> None:
    """A save on top of somebody else's change is refused and leaves theirs."""
    digest = owner.call("GET", f"files/{GREET}").document["digest"]
    (project / GREET).write_text("# theirs\n")
    refused = owner.call("PUT", f"files/{GREET}", text="# mine\n", digest=digest)
    assert (refused.status, refused.document["code"]) == (409, "CHANGED")
    assert (project / GREET).read_text() == "# theirs\n"


def test_mode_of_a_file_is_kept_and_nothing_is_left_over(owner: Caller, project: Path) -> None:
    """Saving keeps the file's permissions and leaves no temporary file."""
    (project / GREET).chmod(0o600)
    assert owner.call("PUT", f"files/{GREET}", text="x = 1\n", digest=None).status == 200
    assert (project / GREET).stat().st_mode & 0o777 == 0o600
    assert os.listdir(project / "actions") == ["greet.py"]  # noqa: PTH208 - with what is hidden


OUTSIDE = [
    "../outside.py",
    "actions/../../outside.py",
    "actions/../actions/greet.py",
    "/etc/passwd.json",
    "link.py",
    "outlink/inside.py",
    "./actions/greet.py",
    "actions//greet.py",
    "..\\outside.py",
    "actions\\greet.py",
    ".venv/hidden.py",
    "actions/.hidden.py",
    "__pycache__/x.py",
    "node_modules/x.json",
    "notes.txt",
    "disguise.py",
    "actions",
    "a\x00.py",
    "a\nb.py",
    ".py",
]


@pytest.mark.parametrize("path", OUTSIDE)
def test_no_path_leads_out(owner: Caller, project: Path, tmp_path: Path, path: str) -> None:
    """Whatever is outside, hidden, behind a link or of another kind is neither read nor written."""
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "inside.py").write_text("secret = 1\n")
    (project / "outlink").symlink_to(tmp_path / "elsewhere")
    (project / "disguise.py").symlink_to(project / "notes.txt")
    read = owner.call("GET", f"files/{path}")
    written = owner.call("PUT", f"files/{path}", text="taken = 1\n", digest=None)
    assert (read.status, written.status) == (403, 403)
    assert read.document["code"] == written.document["code"] == "PATH_NOT_ALLOWED"
    assert b"secret" not in read.content
    for kept in (tmp_path / "outside.py", tmp_path / "elsewhere" / "inside.py", project / "notes.txt"):
        assert "taken" not in kept.read_text()


def test_file_that_cannot_be_shown_is_told(owner: Caller, project: Path) -> None:
    """A missing, too large or not UTF-8 file each has its own refusal."""
    (project / "large.py").write_bytes(b"#" * 100_001)
    (project / "latin.py").write_bytes(b"# \xe9\n")
    (project / "folder.py").mkdir()
    codes = [
        owner.call("GET", f"files/{name}").document["code"] for name in ("no.py", "large.py", "latin.py", "folder.py")
    ]
    assert codes == ["NOT_FOUND", "TOO_LARGE", "NOT_UTF8", "DISK"]
    assert owner.call("PUT", "files/large.py", text="#" * 100_001, digest=None).document["code"] == "TOO_LARGE"
    assert owner.call("PUT", "files/folder.py", text="", digest=None).document["code"] == "DISK"


def test_without_a_project_nothing_is_kept(caller: Caller) -> None:
    """A playground without a project has no files and says why it saves none."""
    assert caller.call("GET", "files").document == {"project": None, "files": []}
    refused = caller.call("PUT", "files/a.py", text="", digest="")
    assert (refused.status, refused.document["code"]) == (409, "NO_PROJECT")
