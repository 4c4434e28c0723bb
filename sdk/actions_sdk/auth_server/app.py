"""The application: which address leads where.

Runs in: developer's machine.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from joserfc.jwk import ECKey, RSAKey
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ExceptionHandler

from actions_sdk.anonymous import AnonymousSessions
from actions_sdk.auth_server.database import Database
from actions_sdk.auth_server.discovery import Discovery
from actions_sdk.auth_server.forms import MAX_BODY_BYTES, FormRefused
from actions_sdk.auth_server.guest_sessions import GuestSessions, build_origin_pattern
from actions_sdk.auth_server.inspection import Inspection
from actions_sdk.auth_server.interaction import Interaction
from actions_sdk.auth_server.logins import LoginRefused
from actions_sdk.auth_server.pages import render_message, render_refusal
from actions_sdk.auth_server.password_reset import PasswordReset
from actions_sdk.auth_server.refusals import OAuthError, RedirectedError, add_to_query, answer_in_json, describe_error
from actions_sdk.auth_server.services import Services
from actions_sdk.auth_server.settings import ServerSettings
from actions_sdk.auth_server.token_endpoint import TokenEndpoint
from actions_sdk.auth_server.transactions import StaleTransaction
from actions_sdk.auth_server.waiting import Waiting
from actions_sdk.flows import AsyncFlowClient

_OPTIONS: Final = "OPTIONS"


def create_app(
    settings: ServerSettings,
    *,
    database: Database,
    sessions: AnonymousSessions,
    runtime: AsyncFlowClient,
    signing_key: ECKey | RSAKey,
) -> Starlette:
    """Make the ASGI application of a reference auth server, which is not for production.

    Args:
        settings: Who the server is, its applications and its lifetimes.
        database: Users and grants; open, and closed by whoever opened it.
        sessions: The anonymous sessions that logins continue.
        runtime: The client that runs flows, likewise closed by whoever made it.
        signing_key: Signs tokens, with the settings' algorithm.
    """
    services = Services.build(settings, database, sessions, runtime, signing_key)
    return Starlette(
        routes=[*_list_pages(services), *_list_endpoints(services), *_list_views(services)],
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=settings.hosts)],
        exception_handlers=_build_handlers(settings),
        max_body_size=MAX_BODY_BYTES,
    )


def _list_pages(services: Services) -> Sequence[BaseRoute]:
    """The addresses that a browser shows."""
    interaction = Interaction(services)
    reset, waiting = PasswordReset(services, interaction), Waiting(services, interaction)
    return [
        Route("/authorize", interaction.authorize, methods=["GET", "POST"]),
        Route("/login", interaction.show_login),
        Route("/login", interaction.log_in, methods=["POST"]),
        Route("/sign-up", interaction.show_sign_up),
        Route("/sign-up", interaction.sign_up, methods=["POST"]),
        Route("/password-reset", reset.show_request),
        Route("/password-reset", reset.request, methods=["POST"]),
        Route("/password-reset/{handle}", reset.show_reset),
        Route("/password-reset/{handle}", reset.reset, methods=["POST"]),
        Route("/device", waiting.show_device),
        Route("/device", waiting.enter_device, methods=["POST"]),
        Route("/backchannel/{handle}", waiting.enter_backchannel),
        Route("/device_authorization", answer_in_json(waiting.authorize_device), methods=["POST"]),
        Route("/bc-authorize", answer_in_json(waiting.authorize_backchannel), methods=["POST"]),
    ]


def _list_endpoints(services: Services) -> Sequence[BaseRoute]:
    """The addresses that applications' pages call: only these may be read by pages of other origins."""
    discovery, guests = Discovery(services), GuestSessions(services)
    cors = [
        Middleware(
            CORSMiddleware,
            allow_origin_regex=build_origin_pattern(services.settings),
            allow_methods=["GET", "POST"],
            allow_headers=["Authorization", "Content-Type"],
            allow_credentials=True,
        )
    ]
    token = answer_in_json(TokenEndpoint(services).answer)
    return [
        Route("/token", token, methods=["POST", _OPTIONS], middleware=cors),
        Route("/userinfo", discovery.show_user, methods=["GET", "POST", _OPTIONS], middleware=cors),
        Route("/anonymous/token", guests.give_token, methods=["POST", _OPTIONS], middleware=cors),
        Route("/anonymous/logout", guests.log_out, methods=["POST", _OPTIONS], middleware=cors),
        Route("/.well-known/jwks.json", discovery.show_keys, methods=["GET", _OPTIONS], middleware=cors),
        *(
            Route(f"/.well-known/{name}", discovery.show_metadata, methods=["GET", _OPTIONS], middleware=cors)
            for name in ("openid-configuration", "oauth-authorization-server")
        ),
    ]


def _list_views(services: Services) -> Sequence[BaseRoute]:
    if not services.settings.test_views:
        return []
    views = Inspection(services)
    return [
        Route("/accounts/{email}", views.show_account),
        Route("/outbox", views.show_outbox),
        Route("/flows", views.show_flows),
    ]


def _build_handlers(settings: ServerSettings) -> Mapping[type[Exception], ExceptionHandler]:
    """What a browser shows of each refusal."""

    async def refuse_login(_: Request, refusal: Exception) -> Response:
        assert isinstance(refusal, LoginRefused)  # noqa: S101 - registered for it
        return render_refusal(refusal.user_message)

    async def refuse_request(_: Request, refusal: Exception) -> Response:
        told = refusal.description if isinstance(refusal, OAuthError) else str(refusal)
        return render_message("This does not work", told, status=400)

    async def redirect(_: Request, refusal: Exception) -> Response:
        assert isinstance(refusal, RedirectedError)  # noqa: S101 - registered for it
        fields = {**describe_error(refusal.error, refusal.description), "state": refusal.state, "iss": settings.issuer}
        return RedirectResponse(add_to_query(refusal.redirect_uri, fields), 303, {"Cache-Control": "no-store"})

    return {
        LoginRefused: refuse_login,
        FormRefused: refuse_request,
        StaleTransaction: refuse_request,
        OAuthError: refuse_request,
        RedirectedError: redirect,
    }
