"""The pages that people see: plain forms without scripts.

Runs in: developer's machine.
"""

from dataclasses import dataclass
from html import escape
from typing import Final
from urllib.parse import urlsplit

from starlette.responses import HTMLResponse

_PAGE: Final = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{title}</title></head>
<body>
<main>
<h1>{title}</h1>
{body}
</main>
<footer><small>Reference server of the Actions runtime: not for production.</small></footer>
</body>
</html>
"""


@dataclass(frozen=True, slots=True)
class Field:
    """A field that is typed.

    Attributes:
        name: Its name in the form.
        label: What a person reads.
        type: Type of the input.
        autocomplete: What a password manager may fill in.
        value: What stands in it.
    """

    name: str
    label: str
    type: str = "text"
    autocomplete: str = "off"
    value: str = ""


EMAIL: Final = Field("email", "E-mail", "email", "username")
PASSWORD: Final = Field("password", "Password", "password", "current-password")
NEW_PASSWORD: Final = Field("password", "New password", "password", "new-password")


@dataclass(frozen=True, slots=True)
class Link:
    """A link beside a form: its id, where it leads and what it says."""

    id: str
    href: str
    text: str


@dataclass(frozen=True, slots=True)
class Form:
    """A page with one form, which is sent to the page's own address.

    Attributes:
        id: Id of the form.
        title: Title of the page.
        button: What the button says.
        fields: What is typed.
        links: Where else one may go.
    """

    id: str
    title: str
    button: str
    fields: tuple[Field, ...]
    links: tuple[Link, ...] = ()


def render_form(form: Form, guard: str, *, leads_to: str = "", problem: str = "", status: int = 200) -> HTMLResponse:
    """Render a page with a form.

    Args:
        form: The form.
        guard: The hidden value that guards it.
        leads_to: Where a redirect that answers the form may go, besides this server.
        problem: What was wrong with what was sent before.
        status: HTTP status.
    """
    told = f'<p id="problem" role="alert">{escape(problem)}</p>\n' if problem else ""
    inputs = "\n".join(_render_field(field) for field in form.fields)
    links = "\n".join(
        f'<p><a id="{link.id}" href="{escape(link.href)}">{escape(link.text)}</a></p>' for link in form.links
    )
    body = (
        f'{told}<form id="{form.id}" method="post">\n'
        f'<input type="hidden" name="csrf" value="{escape(guard)}">\n'
        f"{inputs}\n<button>{escape(form.button)}</button>\n</form>\n{links}"
    )
    return _render(form.title, body, status, leads_to)


def render_message(title: str, message: str, *, status: int = 200) -> HTMLResponse:
    """Render a page that says one thing, in ``<p id="message">``."""
    return _render(title, f'<p id="message">{escape(message)}</p>', status, "")


def render_refusal(message: str) -> HTMLResponse:
    """Render the page of a user who must not sign up or log in."""
    return render_message("Refused", message, status=403)


def _render_field(field: Field) -> str:
    value = f' value="{escape(field.value)}"' if field.value else ""
    return (
        f'<p><label>{escape(field.label)} <input name="{field.name}" type="{field.type}"'
        f' autocomplete="{field.autocomplete}"{value} required></label></p>'
    )


def _render(title: str, body: str, status: int, leads_to: str) -> HTMLResponse:
    headers = {
        "Cache-Control": "no-store",
        # Browsers hold the redirect that answers a form against form-action as well.
        "Content-Security-Policy": (
            "default-src 'none'; base-uri 'none'; frame-ancestors 'none';"
            f" form-action 'self' {_read_origin(leads_to)}".rstrip()
        ),
        # With no referrer at all a form would come back with the origin "null".
        "Referrer-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
    }
    return HTMLResponse(_PAGE.format(title=escape(title), body=body), status, headers)


def _read_origin(address: str) -> str:
    parts = urlsplit(address)
    if parts.scheme in ("http", "https"):
        return f"{parts.scheme}://{parts.netloc}"
    return f"{parts.scheme}:" if parts.scheme else ""
