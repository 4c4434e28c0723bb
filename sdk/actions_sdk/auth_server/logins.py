"""Sign-ups and logins: where the runtime is asked, and what its answer does.

Runs in: developer's machine.

An answer is carried out in one transaction together with what the login issues: the metadata and the code, or neither.
The runtime is asked outside of any transaction. Logins of one user take turns in this process, and the user's row is
written only if it is still the one that the actions saw, so that another process on the same database loses no update
either: the login is then run again, on the newer row.
"""

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final

import structlog

from actions_runtime.execution import Decision
from actions_sandbox.contract import Trigger
from actions_sdk.anonymous import AnonymousSessions, TransferRequest
from actions_sdk.apply import CommandsRefused, State, Token, Tokens
from actions_sdk.auth_server.authorization import Authorization
from actions_sdk.auth_server.database import Connection, Database
from actions_sdk.auth_server.event import Attempt, build_login_event, build_registration_event
from actions_sdk.auth_server.journal import Journal
from actions_sdk.auth_server.settings import ServerSettings
from actions_sdk.auth_server.turns import Turns
from actions_sdk.auth_server.users import EmailTaken, User, add_user, find_user, record_login
from actions_sdk.flows import ActionsClientError, AsyncFlowClient, FlowAnswer

_log = structlog.get_logger(__name__)

NOT_NOW: Final = "This cannot be completed at the moment. Please try again later."
"""What a user is told when an action failed or nobody answered: nothing of what happened inside."""
DENIED: Final = "Access was denied."
"""What a user is told when an action denied and left no message."""

_TRIES: Final = 3

Finish = Callable[[Connection, Authorization], Awaitable[None]]
"""Issues what the login is for, in the transaction that writes the user; raises to undo both."""


class LoginRefused(Exception):
    """Raised when somebody must not sign up or log in.

    Args:
        user_message: What the user may be shown.
    """

    def __init__(self, user_message: str) -> None:
        super().__init__(user_message)
        self.user_message = user_message


@dataclass(frozen=True, slots=True)
class _Verdict:
    """What an answer makes of the state before it, and why the user is refused; None when it goes on."""

    state: State
    refusal: LoginRefused | None


class Logins:
    """Runs the triggers and carries out their answers.

    Args:
        settings: The server's settings.
        database: Users and grants.
        runtime: Asked at each trigger.
        sessions: The anonymous sessions that a login may continue.
        journal: Told every answer of the runtime.
    """

    def __init__(
        self,
        settings: ServerSettings,
        database: Database,
        runtime: AsyncFlowClient,
        sessions: AnonymousSessions,
        journal: Journal,
    ) -> None:
        self._settings = settings
        self._database = database
        self._runtime = runtime
        self._sessions = sessions
        self._journal = journal
        self._turns = Turns()

    async def register(self, attempt: Attempt, email: str, password: str) -> User:
        """Ask the registration's actions, then write the new user, metadata and all, in one row.

        Args:
            attempt: Who asks for it.
            email: The normalized address.
            password: Hash of the password.

        Raises:
            LoginRefused: The actions denied or failed; nothing is written.
            EmailTaken: Somebody has the address; nothing is written.
        """
        async with self._turns.take(email):
            async with self._database.transaction() as connection:
                if await find_user(connection, email=email) is not None:
                    raise EmailTaken
            session = await self._transfer(attempt)
            event = build_registration_event(self._settings, attempt, email, session)
            trigger = Trigger.PRE_USER_REGISTRATION
            verdict = await self._ask(trigger, event, State({"email": email}, None, {}), attempt)
            if verdict.refusal is not None:
                raise verdict.refusal
            async with self._database.transaction() as connection:
                return await add_user(connection, email, password, verdict.state.user)

    async def log_in(self, attempt: Attempt, user_id: str, finish: Finish) -> Authorization:
        """Ask the login's actions, then write the user and issue what the login is for, in one transaction.

        Args:
            attempt: Who asks for it.
            user_id: The user, who has proved who they are.
            finish: Issues a code or tokens; called once, and not at all when the login is refused.

        Raises:
            LoginRefused: The actions denied (their metadata is written), failed or asked for what this server does
                not have (nothing is written); or the user is gone.
        """
        session = await self._transfer(attempt)
        async with self._turns.take(user_id):
            for _ in range(_TRIES):
                authorization = await self._try_login(attempt, user_id, session, finish)
                if authorization is not None:
                    return authorization
        _log.warning("login_overtaken", user_id=user_id, tries=_TRIES)
        raise LoginRefused(NOT_NOW)

    async def _try_login(
        self, attempt: Attempt, user_id: str, session: dict[str, Any] | None, finish: Finish
    ) -> Authorization | None:
        """Run a login once; None when another process wrote the user in between, and nothing is done."""
        async with self._database.transaction() as connection:
            user = await find_user(connection, user_id=user_id)
        if user is None:
            raise LoginRefused(DENIED)
        event = build_login_event(self._settings, attempt, user, session)
        verdict = await self._ask(Trigger.POST_LOGIN, event, _build_state(event), attempt)
        authorization = _authorize(attempt, user, verdict.state)
        async with self._database.transaction() as connection:
            logged_in = verdict.refusal is None
            if not await record_login(connection, user, verdict.state.user, logged_in=logged_in):
                return None
            if logged_in:
                await finish(connection, authorization)
        if verdict.refusal is not None:
            raise verdict.refusal
        return authorization

    async def _transfer(self, attempt: Attempt) -> dict[str, Any] | None:
        presented = (attempt.session_token, attempt.session_cookie)
        request = TransferRequest(*presented, attempt.flow, attempt.client.client_id)
        transfer = await self._sessions.transfer(request)
        _log.info(
            "anonymous_session", outcome=transfer.reason, source=transfer.source, client_id=attempt.client.client_id
        )
        return transfer.session

    async def _ask(self, trigger: Trigger, event: dict[str, Any], before: State, attempt: Attempt) -> _Verdict:
        """Run a trigger's flow and judge its answer.

        Raises:
            LoginRefused: The flow failed or was not reached and that denies, or its answer cannot be carried out.
        """
        choice = self._settings.when_unreachable[trigger]
        try:
            answer = await self._runtime.run(trigger, event, login_flow=attempt.flow, when_unreachable=choice)
            self._journal.note(trigger, attempt.flow, event, answer)
            after = answer.apply(before)
        except (ActionsClientError, CommandsRefused) as error:
            # The message may repeat what an action produced.
            _log.error("flow_refused", trigger=trigger, error=type(error).__name__, code=getattr(error, "code", None))
            raise LoginRefused(NOT_NOW) from None
        _log.info(
            "flow", trigger=trigger, decision=answer.decision, execution_id=answer.execution_id, flow=attempt.flow
        )
        if answer.decision is Decision.FAIL:
            raise LoginRefused(NOT_NOW)
        if answer.decision is Decision.DENY:
            return _Verdict(after, LoginRefused(_read_message(answer)))
        if _asks_for_more(after):
            _log.error("second_factor_unsupported", execution_id=answer.execution_id)
            raise LoginRefused(NOT_NOW)
        return _Verdict(after, None)


def _read_message(answer: FlowAnswer) -> str:
    denial = answer.denial
    return (denial.user_message if denial is not None else "") or DENIED


def _asks_for_more(state: State) -> bool:
    """Whether the user would have to pass a second factor, which this server has none of: such a login fails."""
    factor = state.transaction.get("multifactor") or {}
    return bool(state.transaction.get("steps")) or factor.get("provider", "none") != "none"


def _build_state(event: dict[str, Any]) -> State:
    return State.from_event(Trigger.POST_LOGIN, event)


def _authorize(attempt: Attempt, user: User, after: State) -> Authorization:
    tokens = after.tokens or Tokens(Token(), Token())
    now = int(time.time())
    return Authorization(
        user_id=user.user_id,
        client_id=attempt.client.client_id,
        requested=attempt.scopes,
        scopes=tuple(sorted(tokens.access.scopes)),
        access_claims=tokens.access.claims,
        id_claims=tokens.id.claims,
        auth_time=now if attempt.auth_time is None else attempt.auth_time,
        nonce=attempt.nonce,
    )
