"""A real server in a process of its own, and ways to call it."""

import asyncio
import json
import secrets
import signal
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import grpc
from google.protobuf.message import Message
from google.rpc.error_details_pb2 import BadRequest, ErrorInfo, RetryInfo
from google.rpc.status_pb2 import Status

from actions.v1 import execution_pb2 as execution
from actions.v1 import management_pb2 as management
from actions.v1.execution_pb2_grpc import ExecutionServiceStub
from actions.v1.management_pb2_grpc import ActionServiceStub, BindingServiceStub, TenantServiceStub
from actions_runtime.management.principals import SYSTEM
from actions_runtime.management.records import Scope
from actions_runtime.server.app import opened_store
from actions_runtime.settings import load_settings

COMMAND = (sys.executable, "-c", "from actions_runtime.server.cli import main; main()")
"""The command ``actions-runtime`` of the interpreter that runs the tests."""


Metadata = tuple[tuple[str, str], ...]


def bearer(key: str) -> Metadata:
    """The metadata of a call with an API key."""
    return (("authorization", f"Bearer {key}"),)


@dataclass
class Server:
    """A running server.

    Attributes:
        process: Its process.
        greeting: The line that it printed at start.
        operator_key: A key of the operator's.
        log_file: Where its standard error goes.
        channel: A channel to it.
    """

    process: subprocess.Popen[str]
    greeting: dict[str, Any]
    operator_key: str
    log_file: Path
    channel: grpc.Channel
    executions: ExecutionServiceStub = field(init=False)
    actions: ActionServiceStub = field(init=False)
    bindings: BindingServiceStub = field(init=False)
    tenants: TenantServiceStub = field(init=False)

    def __post_init__(self) -> None:
        self.executions = ExecutionServiceStub(self.channel)
        self.actions = ActionServiceStub(self.channel)
        self.bindings = BindingServiceStub(self.channel)
        self.tenants = TenantServiceStub(self.channel)

    @property
    def address(self) -> str:
        """Where it listens."""
        return str(self.greeting["address"])

    @property
    def operator(self) -> Metadata:
        """Metadata of the operator's calls."""
        return bearer(self.operator_key)

    def create_tenant(self) -> str:
        """Create a tenant that nobody else uses and return its id."""
        tenant = f"t-{secrets.token_hex(6)}"
        request = management.CreateTenantRequest(tenant_id=tenant)
        self.tenants.CreateTenant(request, metadata=self.operator, timeout=10)
        return tenant

    def create_key(self, tenant: str, *scopes: str) -> str:
        """Create a key of a tenant (``-`` for the operator) with scopes, by default all of a tenant's."""
        numbers = [management.Scope.Value(f"SCOPE_{s.upper()}") for s in scopes or ("execute", "read", "author")]
        request = management.CreateApiKeyRequest(parent=f"tenants/{tenant}", scopes=numbers)
        return str(self.tenants.CreateApiKey(request, metadata=self.operator, timeout=10).secret)

    def log_lines(self) -> list[dict[str, Any]]:
        """What it has logged so far."""
        return [json.loads(line) for line in self.log_file.read_text().splitlines()]

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Stop it and return its exit code."""
        self.process.send_signal(number)
        return self.process.wait(timeout=30)


@dataclass
class Tenant:
    """A tenant with a key of its own."""

    server: Server
    id: str
    key: str

    @property
    def metadata(self) -> Metadata:
        """Metadata of its calls."""
        return bearer(self.key)

    @property
    def name(self) -> str:
        """Its resource name."""
        return f"tenants/{self.id}"

    def create(self, action: str, source: str, trigger: Any = execution.TRIGGER_POST_LOGIN, **secrets: str) -> Any:
        """Create an action and return it."""
        request = management.CreateActionRequest(
            parent=self.name, action_id=action, trigger=trigger, source=source, secrets=secrets
        )
        return self.server.actions.CreateAction(request, metadata=self.metadata, timeout=20).action

    def deploy(self, action: str) -> Any:
        """Deploy an action and return the version."""
        request = management.DeployActionRequest(name=f"{self.name}/actions/{action}")
        return self.server.actions.DeployAction(request, metadata=self.metadata, timeout=20).version

    def bind(self, *actions: str, trigger: str = "post-login", on_error: dict[str, Any] | None = None) -> Any:
        """Replace a trigger's bindings by the actions, in order."""
        name = f"{self.name}/triggers/{trigger}/bindings"
        found = self.server.bindings.GetBindings(
            management.GetBindingsRequest(name=name), metadata=self.metadata, timeout=20
        )
        items = [
            management.Binding(action=f"{self.name}/actions/{a}", on_error=(on_error or {}).get(a, 0)) for a in actions
        ]
        request = management.UpdateBindingsRequest(
            bindings=management.Bindings(name=name, bindings=items, etag=found.bindings.etag)
        )
        return self.server.bindings.UpdateBindings(request, metadata=self.metadata, timeout=20).bindings

    def install(
        self, sources: dict[str, str], trigger: str = "post-login", on_error: dict[str, Any] | None = None
    ) -> None:
        """Create, deploy and bind actions in the order given."""
        number = execution.Trigger.Value(f"TRIGGER_{trigger.upper().replace('-', '_')}")
        for action, source in sources.items():
            self.create(action, source, number)
            self.deploy(action)
        self.bind(*sources, trigger=trigger, on_error=on_error)

    def execute(self, event: object, *, timeout: float = 20, **fields: Any) -> Any:
        """Call ExecuteFlow with an event, bytes as they are and anything else as JSON."""
        fields.setdefault("trigger", execution.TRIGGER_POST_LOGIN)
        body = event if isinstance(event, bytes) else json.dumps(event).encode()
        request = execution.ExecuteFlowRequest(event_json=body, **fields)
        return self.server.executions.ExecuteFlow(request, metadata=self.metadata, timeout=timeout)


@dataclass
class Refusal:
    """A call that ended with a status, and its details."""

    code: grpc.StatusCode
    message: str
    details: list[Any]
    pushback: str | None

    @property
    def reason(self) -> str:
        """The reason of its ErrorInfo; empty without one."""
        return next((d.reason for d in self.details if isinstance(d, ErrorInfo)), "")

    @property
    def fields(self) -> list[str]:
        """The fields of its BadRequest."""
        return [v.field for d in self.details if isinstance(d, BadRequest) for v in d.field_violations]

    def detail(self, kind: type[Message]) -> Any:
        """Return the one detail of a kind."""
        return next(d for d in self.details if isinstance(d, kind))


_DETAILS = {
    kind.DESCRIPTOR.full_name: kind for kind in (BadRequest, ErrorInfo, RetryInfo, management.SourceDiagnostics)
}


def refusal_of(call: Callable[..., Any], *args: Any, **kwargs: Any) -> Refusal:
    """Make a call that must not succeed and return how it was refused."""
    try:
        answer = call(*args, **kwargs)
    except grpc.RpcError as error:
        return read_refusal(error)
    raise AssertionError(f"the call was answered: {answer}")


def read_refusal(error: Any) -> Refusal:
    """Read the rich details of a refused call."""
    trailers = dict(error.trailing_metadata() or ())
    status = Status.FromString(trailers.get("grpc-status-details-bin", b""))
    details = []
    for packed in status.details:
        detail = _DETAILS[packed.TypeName()]()
        packed.Unpack(detail)
        details.append(detail)
    return Refusal(error.code(), error.details() or "", details, trailers.get("grpc-retry-pushback-ms"))


def make_operator_key(folder: Path) -> str:
    """Make a key of the operator's directly in the database of a data directory."""

    async def make() -> str:
        async with opened_store(load_settings(data_dir=folder)) as store:
            return (await store.keys.create(SYSTEM, None, list(Scope))).token

    with ThreadPoolExecutor(1) as pool:  # the caller may be inside of a running loop
        return pool.submit(asyncio.run, make()).result()
