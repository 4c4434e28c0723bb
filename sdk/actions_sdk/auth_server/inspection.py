"""What tests may look at: accounts, mails and answers of the runtime, for whoever asks from this machine.

Runs in: developer's machine.
"""

from dataclasses import asdict

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from actions_sdk.auth_server.services import Services
from actions_sdk.auth_server.settings import is_loopback
from actions_sdk.auth_server.users import find_user, normalize_email


class Inspection:
    """The endpoints of the setting ``test_views``.

    Args:
        services: The server's parts.
    """

    def __init__(self, services: Services) -> None:
        self._services = services

    async def show_account(self, request: Request) -> Response:
        """Answer ``GET /accounts/{email}``: id and metadata of a user."""
        _require_loopback(request)
        email = normalize_email(request.path_params["email"])
        async with self._services.database.transaction() as connection:
            user = await find_user(connection, email=email or "")
        if user is None:
            raise HTTPException(404)
        shown = ("user_id", "email", "app_metadata", "user_metadata")
        return JSONResponse({name: getattr(user, name) for name in shown})

    async def show_outbox(self, request: Request) -> Response:
        """Answer ``GET /outbox``: the mails, oldest first."""
        _require_loopback(request)
        return JSONResponse([asdict(mail) for mail in self._services.outbox.mails])

    async def show_flows(self, request: Request) -> Response:
        """Answer ``GET /flows``: what the runtime answered, oldest first."""
        _require_loopback(request)
        return JSONResponse(self._services.journal.entries)


def _require_loopback(request: Request) -> None:
    # A page of another site may send the request, but cannot read the answer: there is no CORS here.
    if request.client is None or not is_loopback(request.client.host):
        raise HTTPException(403)
