"""A synchronous client for authors: drafts, versions, bindings and executions over gRPC.

Runs in: developer's machine.
"""

import ipaddress
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Final, NoReturn, Protocol, Self, TypeVar

import grpc

from actions.v1 import execution_pb2, execution_pb2_grpc, management_pb2, management_pb2_grpc
from actions_runtime.events import LoginFlow
from actions_sandbox.contract import OnError, Trigger
from actions_sdk.messages import encode_login_flow, encode_on_error, encode_trigger
from actions_sdk.refusals import ServerUnreachableError, read_refusal

OWN_TENANT: Final = "-"
"""Stands for the credential's tenant in resource names."""

_PAGE: Final = 200

Request = TypeVar("Request", contravariant=True)
Response = TypeVar("Response", covariant=True)


class _Method(Protocol[Request, Response]):
    def __call__(self, request: Request, *, timeout: float, metadata: tuple[tuple[str, str], ...]) -> Response: ...


@dataclass(frozen=True, slots=True)
class Connection:
    """Where the server is and how it is spoken to.

    Attributes:
        address: ``host:port``, or ``unix:/path`` for a socket of this machine.
        api_key: Text of an API key; empty sends none.
        ca_file: PEM file of the authorities that may vouch for the server; the system's when None.
        plaintext: Whether to speak without TLS; None does so with a loopback address only.
        timeout_s: Seconds that one call may take.

    Raises:
        ValueError: The address has no port.
    """

    address: str
    api_key: str = ""
    ca_file: Path | None = None
    plaintext: bool | None = None
    timeout_s: float = 10.0

    def __post_init__(self) -> None:
        host, colon, port = self.address.rpartition(":")
        if not self._is_socket() and not (host and colon and port.isdigit()):
            raise ValueError(f"the server's address {self.address!r} is not of the form host:port")

    def _is_socket(self) -> bool:
        return self.address.startswith("unix:/")

    @property
    def loopback(self) -> bool:
        """Whether the address stays on this machine."""
        if self._is_socket():
            return True
        host = self.address.rpartition(":")[0].strip("[]")
        try:
            return ipaddress.ip_address(host).is_loopback
        except ValueError:
            return host == "localhost"

    def open_channel(self) -> grpc.Channel:
        """Make a channel; nothing is sent before the first call.

        Raises:
            OSError: The file of authorities cannot be read.
        """
        plaintext = self.plaintext if self.plaintext is not None else self.loopback and self.ca_file is None
        # A proxy for the world outside must not see calls to this machine.
        options = (("grpc.enable_http_proxy", 0),) if self.loopback else ()
        if plaintext:
            return grpc.insecure_channel(self.address, options)
        roots = self.ca_file.read_bytes() if self.ca_file else None
        return grpc.secure_channel(self.address, grpc.ssl_channel_credentials(roots), options)


class ActionsClient:
    """Calls the services that authors use, for the tenant of its API key.

    Every method raises :class:`ActionsClientError` when the server refuses, and its subclass
    :class:`ServerUnreachableError` when none answers. Close it, or use it as a context manager.

    Args:
        connection: Where the server is and how it is spoken to.
        tenant: Id of the tenant, for keys of the operator; the key's own when omitted.
    """

    def __init__(self, connection: Connection, *, tenant: str = OWN_TENANT) -> None:
        self._connection = connection
        self._tenant = tenant
        self._channel = connection.open_channel()
        self._metadata = (("authorization", f"Bearer {connection.api_key}"),) if connection.api_key else ()
        self._actions = management_pb2_grpc.ActionServiceStub(self._channel)
        self._bindings = management_pb2_grpc.BindingServiceStub(self._channel)
        self._executions = execution_pb2_grpc.ExecutionServiceStub(self._channel)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the channel."""
        self._channel.close()

    def get_action(self, action: str) -> management_pb2.Action:
        """Return an action with its draft."""
        request = management_pb2.GetActionRequest(name=self._name(action))
        return self._call(self._actions.GetAction, request).action

    def create_action(
        self, action: str, trigger: Trigger, source: str, secrets: Mapping[str, str] | None = None
    ) -> management_pb2.Action:
        """Create an action with its first draft."""
        request = management_pb2.CreateActionRequest(
            parent=f"tenants/{self._tenant}",
            action_id=action,
            trigger=encode_trigger(trigger),
            source=source,
            secrets=secrets,
        )
        return self._call(self._actions.CreateAction, request).action

    def update_action(
        self,
        action: str,
        *,
        source: str | None = None,
        secrets: Mapping[str, str] | None = None,
        removed_secrets: Sequence[str] = (),
        etag: str = "",
    ) -> management_pb2.Action:
        """Change an action's draft; what is not named stays.

        Args:
            action: The action's id.
            source: The new source.
            secrets: Secrets to set, name to value.
            removed_secrets: Names of secrets to remove.
            etag: The etag that was read; ABORTED when the draft has changed since. Empty checks nothing.
        """
        request = management_pb2.UpdateActionRequest(
            name=self._name(action), source=source, secrets=secrets, removed_secrets=removed_secrets, etag=etag
        )
        return self._call(self._actions.UpdateAction, request).action

    def deploy_action(self, action: str, *, label: str = "", etag: str = "") -> management_pb2.ActionVersion:
        """Make a version out of the draft and make it the one that runs."""
        request = management_pb2.DeployActionRequest(name=self._name(action), label=label, etag=etag)
        return self._call(self._actions.DeployAction, request).version

    def list_versions(self, action: str) -> list[management_pb2.ActionVersion]:
        """Return an action's versions without their sources, newest first."""
        found: list[management_pb2.ActionVersion] = []
        token = ""
        while True:
            request = management_pb2.ListActionVersionsRequest(
                parent=self._name(action), page_size=_PAGE, page_token=token
            )
            page = self._call(self._actions.ListActionVersions, request)
            found += page.versions
            token = page.next_page_token
            if not token:
                return found

    def rollback_action(self, action: str, number: int) -> management_pb2.ActionVersion:
        """Deploy an old version's content under a new number."""
        request = management_pb2.RollbackActionRequest(name=f"{self._name(action)}/versions/{number}")
        return self._call(self._actions.RollbackAction, request).version

    def get_version(self, action: str, number: int) -> management_pb2.ActionVersion:
        """Return one version with its source."""
        request = management_pb2.GetActionVersionRequest(name=f"{self._name(action)}/versions/{number}")
        return self._call(self._actions.GetActionVersion, request).version

    def get_bindings(self, trigger: Trigger) -> management_pb2.Bindings:
        """Return a trigger's bindings with their etag."""
        request = management_pb2.GetBindingsRequest(name=self._bindings_name(trigger))
        return self._call(self._bindings.GetBindings, request).bindings

    def update_bindings(
        self, trigger: Trigger, bindings: Sequence[tuple[str, OnError]], etag: str
    ) -> management_pb2.Bindings:
        """Replace a trigger's bindings.

        Args:
            trigger: The trigger.
            bindings: Ids of the actions in the order in which they run, and what happens when each fails.
            etag: The etag that was read; refused as ABORTED when the bindings have changed since.
        """
        items = [
            management_pb2.Binding(action=self._name(action), on_error=encode_on_error(on_error))
            for action, on_error in bindings
        ]
        request = management_pb2.UpdateBindingsRequest(
            bindings=management_pb2.Bindings(name=self._bindings_name(trigger), bindings=items, etag=etag)
        )
        return self._call(self._bindings.UpdateBindings, request).bindings

    def execute_flow(
        self,
        trigger: Trigger,
        event_json: bytes,
        *,
        execution_id: str = "",
        login_flow: LoginFlow | None = None,
    ) -> execution_pb2.ExecuteFlowResponse:
        """Run the flow bound to a trigger for one event.

        Args:
            trigger: The trigger.
            event_json: The event as UTF-8 JSON, at most 256 KiB; sent as it is.
            execution_id: Names the execution; made up by the server when empty.
            login_flow: How the user came; None when not known.
        """
        request = execution_pb2.ExecuteFlowRequest(
            tenant="" if self._tenant == OWN_TENANT else self._tenant,
            trigger=encode_trigger(trigger),
            event_json=event_json,
            execution_id=execution_id,
            login_flow=encode_login_flow(login_flow),
        )
        return self._call(self._executions.ExecuteFlow, request)

    def _name(self, action: str) -> str:
        return f"tenants/{self._tenant}/actions/{action}"

    def _bindings_name(self, trigger: Trigger) -> str:
        return f"tenants/{self._tenant}/triggers/{trigger}/bindings"

    def _call(self, method: _Method[Request, Response], request: Request) -> Response:
        try:
            return method(request, timeout=self._connection.timeout_s, metadata=self._metadata)
        except grpc.RpcError as error:
            self._refuse(error)

    def _refuse(self, error: grpc.RpcError) -> NoReturn:
        # A failed call is its own error object; the stubs type the two apart.
        refusal = read_refusal(error)  # type: ignore[arg-type]
        silent = refusal.code == "DEADLINE_EXCEEDED" and not refusal.reason and not self._connected()
        if refusal.code != "UNAVAILABLE" and not silent:
            raise refusal from None
        message = refusal.message if refusal.reason else f"No server answers at {self._connection.address}."
        raise ServerUnreachableError(
            refusal.code, message, reason=refusal.reason, retry_after_s=refusal.retry_after_s
        ) from None

    def _connected(self) -> bool:
        ready = grpc.channel_ready_future(self._channel)
        try:
            ready.result(timeout=0.2)
        except grpc.FutureTimeoutError:
            return False
        finally:
            ready.cancel()
        return True
