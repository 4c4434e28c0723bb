"""The page in a real browser: what a developer sees and does."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Locator,
    Page,
    Request,
    ViewportSize,
    expect,
)

from actions_sdk.playground import serve
from tests.actions_sdk.playground.conftest import Caller

DESKTOP = (1440, 1000)
PHONE = (390, 844)

Opened = Callable[..., Page]


@dataclass  # without slots: Playwright keeps something of its own on an object that it calls
class Watch:
    """What a page must never do: ask somebody else for anything, raise, or break its own policy."""

    address: str
    faults: list[str] = field(default_factory=list)

    def follow(self, page: Page) -> None:
        """Listen to a page from now on."""
        page.on("request", self._judge_request)
        page.on("pageerror", lambda error: self.faults.append(f"raised {error}"))
        page.on("console", self._judge_line)

    def _judge_request(self, request: Request) -> None:
        if not request.url.startswith((self.address, "data:")):
            self.faults.append(f"asked for {request.url}")

    def _judge_line(self, line: ConsoleMessage) -> None:
        if "Content Security Policy" in line.text:
            self.faults.append(line.text)


@pytest.fixture
def shots(tmp_path: Path) -> Path:
    """Where pictures go: a folder of the run, or the one that ACTIONS_SHOTS names."""
    folder = Path(os.environ.get("ACTIONS_SHOTS", tmp_path))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture
def opened(browser: Browser) -> Iterator[Opened]:
    """Opens the page of a caller's playground in a window of a size, light or dark."""
    contexts: list[BrowserContext] = []
    watches: list[Watch] = []

    def open_page(caller: Caller, size: tuple[int, int] = DESKTOP, scheme: Literal["light", "dark"] = "light") -> Page:
        viewport: ViewportSize = {"width": size[0], "height": size[1]}
        phone = size == PHONE
        context = browser.new_context(viewport=viewport, color_scheme=scheme, has_touch=phone, is_mobile=phone)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        watch = Watch(caller.server.address)
        watch.follow(page)
        watches.append(watch)
        page.goto(caller.server.url)
        page.locator("html[data-ready=yes]").wait_for()
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert [fault for watch in watches for fault in watch.faults] == []


def write(editor: Locator, text: str) -> None:
    """Replace an editor's text as somebody who pastes."""
    editor.click()
    editor.press("Control+a")
    editor.page.keyboard.insert_text(text)


def action(page: Page) -> Locator:
    """The action's editor."""
    return page.get_by_role("textbox", name="The action's Python")


def event(page: Page) -> Locator:
    """The event's editor."""
    return page.get_by_role("textbox", name="The event's JSON")


def test_run_shows_commands_and_what_changed(caller: Caller, opened: Opened, shots: Path) -> None:
    """A newcomer opens the page, runs, and sees the command and the user and tokens before and after."""
    page = opened(caller)
    page.get_by_role("button", name="Run").click()
    expect(page.locator(".verdict")).to_contain_text("CONTINUE")
    expect(page.get_by_role("region", name="Commands")).to_contain_text("set_app_metadata")
    user = page.get_by_role("table").filter(has_text="of the user changed")
    expect(user.locator(".come").first).to_be_visible()
    page.screenshot(path=shots / "desktop.png", full_page=True)


def test_numbers_beyond_javascript_stay_exact(caller: Caller, opened: Opened) -> None:
    """9007199254740993 comes back as itself: the page never reads it as a number."""
    page = opened(caller)
    write(
        action(page),
        "def on_execute_post_login(event, api):\n    api.user.set_app_metadata('n', event.user.app_metadata['n'])",
    )
    write(event(page), '{"user": {"user_id": "auth0|1", "app_metadata": {"n": 9007199254740993}}}')
    action(page).press("Control+Enter")
    expect(page.get_by_role("region", name="Commands").locator("dd").last).to_have_text("9007199254740993")


def test_diagnostics_stand_under_their_lines(caller: Caller, opened: Opened, shots: Path) -> None:
    """What the dialect refuses is marked at its line, with the message and the mend below it, while typing."""
    page = opened(caller)
    write(action(page), "import os\n\n\ndef on_execute_post_login(event, api):\n    eval('1')\n")
    expect(page.locator("#action-editor .mark-message")).to_have_count(2)
    mark = page.locator("#action-editor .mark").first
    expect(mark).to_contain_text("'os' is not available")
    first, second = (page.locator("#action-editor .cm-line").nth(row).bounding_box() for row in (0, 1))
    box = mark.bounding_box()
    assert first
    assert second
    assert box
    assert first["y"] < box["y"] < second["y"]
    page.screenshot(path=shots / "diagnostics.png")
    write(action(page), "def on_execute_post_login(event, api):\n    pass\n")
    expect(page.locator("#action-editor .mark-message")).to_have_count(0)
    expect(page.locator("#action-state")).to_have_text("Accepted: it can be deployed.")


def test_failure_is_marked_at_the_line_that_failed(caller: Caller, opened: Opened, shots: Path) -> None:
    """An exception of the action shows its type, its line in the editor, and the logs before it."""
    page = opened(caller, DESKTOP, "dark")
    write(action(page), "def on_execute_post_login(event, api):\n    console.warn('so far')\n    event.user['cart']\n")
    page.get_by_role("button", name="Run").click()
    expect(page.locator(".verdict")).to_contain_text("FAIL")
    expect(page.get_by_role("region", name="Logs")).to_contain_text("so far")
    outcomes = page.get_by_role("region", name="Outcomes")
    expect(outcomes).to_contain_text("RAISED")
    expect(page.locator("#action-editor .mark-line-error")).to_contain_text("event.user['cart']")
    expect(page.get_by_role("region", name="Tokens")).to_contain_text("No token is issued.")
    page.screenshot(path=shots / "failure-dark.png", full_page=True)
    outcomes.get_by_role("button", name="line 3").click()
    expect(action(page)).to_be_focused()


def test_bad_event_names_the_field_and_marks_broken_json(caller: Caller, opened: Opened) -> None:
    """An event that is refused is told by its field's path; one that is no JSON by its line."""
    page = opened(caller)
    write(event(page), '{"user": {"user_id": 1}}')
    page.get_by_role("button", name="Run").click()
    expect(page.locator(".verdict")).to_contain_text("event.user.user_id")
    write(event(page), '{\n  "user":\n}')
    page.get_by_role("button", name="Run").click()
    expect(page.locator("#event-editor .mark-message")).to_be_visible()


def test_hostile_event_is_text(caller: Caller, opened: Opened, shots: Path) -> None:
    """What an attacker put into a session is shown as text and never becomes part of the page."""
    page = opened(caller)
    page.get_by_label("Open").nth(1).select_option("profiles:hostile_session")
    write(
        action(page),
        "def on_execute_post_login(event, api):\n"
        "    for item in event.anonymous_session.metadata['cart']['items'][:15]:\n"
        "        print(item)\n"
        "    api.user.set_app_metadata('x', '<img src=x onerror=alert(1)>')\n",
    )
    page.get_by_role("button", name="Run").click()
    expect(page.get_by_role("region", name="Commands")).to_contain_text("<img src=x onerror=alert(1)>")
    assert page.locator("img, .results script").count() == 0
    page.screenshot(path=shots / "hostile.png")


def test_choices_of_trigger_login_flow_and_mode_reach_the_run(caller: Caller, opened: Opened) -> None:
    """A device code login withholds the session; the mode in this process says what it does not enforce."""
    page = opened(caller)
    page.get_by_label("Login flow").select_option("DEVICE_CODE")
    page.get_by_label("Mode").select_option("in-process")
    page.get_by_role("button", name="Run").click()
    expect(page.locator(".verdict")).to_contain_text("ANONYMOUS_SESSION_WITHHELD")
    expect(page.locator(".verdict")).to_contain_text("3 things not enforced")
    page.get_by_label("Trigger").select_option("pre-user-registration")
    expect(page.locator("#action-state")).to_contain_text("Refused")


def test_files_are_opened_saved_and_followed(owner: Caller, project: Path, opened: Opened, shots: Path) -> None:
    """Ctrl+S writes the project's file; one that changed on disk is replaced at the second try only."""
    page = opened(owner)
    file = project / "actions" / "greet.py"
    expect(page.locator("#action-path")).to_have_value("actions/greet.py")
    write(action(page), "def on_execute_post_login(event, api):\n    print('saved')\n")
    action(page).press("Control+s")
    expect(page.locator("#action-state")).to_contain_text("Saved actions/greet.py")
    assert "saved" in file.read_text()
    file.write_text("# another editor\n")
    write(action(page), "def on_execute_post_login(event, api):\n    print('mine')\n")
    action(page).press("Control+s")
    expect(page.locator("#action-state")).to_contain_text("has changed on disk")
    page.screenshot(path=shots / "project.png")
    assert file.read_text() == "# another editor\n"
    action(page).press("Control+s")
    expect(page.locator("#action-state")).to_contain_text("Saved")
    assert "mine" in file.read_text()


def test_everything_is_reached_by_keyboard(caller: Caller, opened: Opened) -> None:
    """Tab goes through every control; Escape and Tab lead out of an editor, which takes Tab for itself."""
    page = opened(caller)
    reached = []
    for _ in range(20):
        page.keyboard.press("Escape")
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.ariaLabel || document.activeElement.id"))
    wanted = ["trigger", "login-flow", "mode", "run", "open-action", "The action's Python", "open-event", "new-data"]
    assert [name for name in reached if name in wanted][:8] == wanted
    assert "The event's JSON" in reached
    outline = page.evaluate(
        "document.getElementById('run').focus({focusVisible: true});"
        "getComputedStyle(document.activeElement).outlineStyle"
    )
    assert outline == "solid"


def test_every_control_has_a_name(caller: Caller, opened: Opened) -> None:
    """A screen reader has something to say for each control."""
    page = opened(caller)
    nameless = page.evaluate(
        "[...document.querySelectorAll('button, select, input, textarea')]"
        ".filter(e => !e.closest('.cm-editor'))"
        ".filter(e => !(e.labels?.length || e.textContent.trim() || e.ariaLabel)).map(e => e.outerHTML)"
    )
    assert nameless == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_phone_shows_all_in_one_column(
    caller: Caller, opened: Opened, shots: Path, scheme: Literal["light", "dark"]
) -> None:
    """On a phone nothing is wider than the screen, before and after a run."""
    page = opened(caller, PHONE, scheme)
    page.screenshot(path=shots / f"phone-{scheme}-before.png")
    page.get_by_role("button", name="Run").tap()
    expect(page.locator(".verdict")).to_contain_text("CONTINUE")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
    page.screenshot(path=shots / f"phone-{scheme}-after.png")
    page.evaluate("scrollTo(0, 0)")
    page.screenshot(path=shots / f"phone-{scheme}.png", full_page=True)


def test_page_tells_when_the_playground_is_gone(opened: Opened) -> None:
    """After the playground has ended the page says so and keeps what was typed."""
    server = serve(None)
    page = opened(Caller(server))
    server.stop()
    page.get_by_role("button", name="Run").click()
    expect(page.locator(".verdict")).to_contain_text("does not answer")
    expect(action(page)).to_contain_text("on_execute_post_login")
