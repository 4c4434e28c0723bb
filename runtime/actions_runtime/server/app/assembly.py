"""Puts the server together and takes it apart.

Runs in: server.

The order matters. The zygote comes first, as a process that is exec'd before gRPC has threads and before a
database is open; the port comes last, when everything behind it can answer. The end goes the other way round.
"""

import asyncio
import contextlib
import gc
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, fields

import grpc
from grpc_reflection.v1alpha import reflection, reflection_pb2

from actions_runtime import log
from actions_runtime.errors import ActionsError
from actions_runtime.execution import ExecutionSettings, Executor, PoolSettings
from actions_runtime.execution.answers import Answers
from actions_runtime.management.actions import ActionRules
from actions_runtime.management.bindings import BindingRules
from actions_runtime.management.notice import Notices
from actions_runtime.management.versions import VersionRules
from actions_runtime.server.actions import ActionService
from actions_runtime.server.app.database import OpenStore, opened_store
from actions_runtime.server.bindings import BindingService
from actions_runtime.server.calls import SCOPES, Door, Gate
from actions_runtime.server.execution import ExecutionService
from actions_runtime.server.failures import StartFailed
from actions_runtime.server.first_start import furnish
from actions_runtime.server.greeting import Greeting
from actions_runtime.server.health import SERVICE as HEALTH_SERVICE
from actions_runtime.server.health import Health
from actions_runtime.server.isolation import TenantWorkers
from actions_runtime.server.lanes.choice import choose_lane
from actions_runtime.server.lanes.lane import Lane, LaneOptions
from actions_runtime.server.listen import open_port
from actions_runtime.server.tenants import TenantService
from actions_runtime.settings import Settings
from actions_sandbox.contract import POLICY_VERSION, Limits

_YOUNG_OBJECTS = 2_000
"""Objects beyond those that were freed after which the collector looks for cycles."""

_CLOSE_S = 1.0
"""Seconds that answers already given have to reach their callers."""


@dataclass(frozen=True, slots=True)
class RunningServer:
    """A server that takes calls.

    Attributes:
        greeting: What there is to know about it.
        hurry: Set to end the wait for calls that are in flight.
    """

    greeting: Greeting
    hurry: asyncio.Event


@asynccontextmanager
async def running_server(settings: Settings, notices: Notices | None = None) -> AsyncIterator[RunningServer]:
    """Start a server, and stop it gracefully in the end.

    Args:
        settings: All settings.
        notices: Word of the changes of other processes that share the port; None when there are none.

    Raises:
        StartFailed: It cannot start; says why.
    """
    executor = Executor(read_execution_settings(settings))
    async with AsyncExitStack() as stack:
        _start_zygote(executor)
        stack.push_async_callback(executor.stop, 0.0)
        store = await stack.enter_async_context(opened_store(settings, notices))
        await _start_workers(executor)
        await store.directory.refresh()
        watch = asyncio.create_task(store.directory.watch(settings.directory_poll_s))
        stack.push_async_callback(_cancel, watch)
        answers = Answers(settings.answers_ttl_s, settings.answers_bytes)
        gate, health = Gate(store.directory), Health(SCOPES)
        handlers, door = _build_handlers(gate, settings, store, executor, answers)
        handlers.append(health.build_handler())
        if settings.reflection:
            handlers.append(_build_reflection())
        lane = await choose_lane(
            settings.lane,
            handlers,
            {door.path: door},
            LaneOptions(settings.message_bytes, reuse_port=settings.reuse_port),
        )
        address = open_port(lane, settings)
        first = await furnish(store.tenants, store.keys)  # its key is shown once: nothing may fail after it
        hurry = asyncio.Event()
        stack.push_async_callback(_stop, lane, gate, health, answers, hurry, settings.drain_s)
        await lane.start()
        await health.open()
        gc.collect()
        gc.freeze()  # what is here now stays: the collector need not look through it again under load
        gc.set_threshold(_YOUNG_OBJECTS)  # a call leaves no cycles behind: its objects go when it ends
        greeting = Greeting(
            address=address,
            tls=settings.tls,
            store=store.place,
            survives_restart=store.survives_restart,
            layers=executor.layers,
            missing_layers=executor.missing_layers,
            tenant=first.key.tenant if first else None,
            api_key=first.token if first else None,
        )
        yield RunningServer(greeting, hurry)


def read_execution_settings(settings: Settings) -> ExecutionSettings:
    """Put the settings into the words of the execution."""
    limits = Limits(**{field.name: getattr(settings, f"limit_{field.name}") for field in fields(Limits)})
    names = [field.name for field in fields(PoolSettings)]
    pool = PoolSettings(**{name: getattr(settings, f"pool_{name}") for name in names})
    return ExecutionSettings(limits=limits, pool=pool, insecure_sandbox=settings.insecure_sandbox)


def _start_zygote(executor: Executor) -> None:
    try:
        executor.start_zygote()
    except ActionsError as error:
        raise StartFailed(error.message) from error


async def _start_workers(executor: Executor) -> None:
    try:
        await executor.start()
    except ActionsError as error:
        raise StartFailed(error.message) from error


_EXECUTIONS = "actions.v1.ExecutionService"
_LOGIN = "ExecuteFlow"


def _build_handlers(
    gate: Gate, settings: Settings, store: OpenStore, executor: Executor, answers: Answers
) -> tuple[list[grpc.GenericRpcHandler], Door]:
    """Build the services' handlers, the one that logins wait for first: gRPC asks them in this order.

    Returns:
        The handlers, and the short way into ``ExecuteFlow``.
    """
    limits, event_bytes = store.limits, settings.limit_event_bytes
    workers = TenantWorkers(executor, store.directory, settings.isolation)
    actions = ActionRules(store.changes, workers, store.box, limits)
    versions = VersionRules(store.changes, workers, store.box, POLICY_VERSION, limits)
    executions = ExecutionService(store.directory, workers, answers, event_bytes)
    door = gate.open_door(_EXECUTIONS, _LOGIN, executions.execute_flow)
    calls = {
        "ActionService": ActionService(actions, versions, store.directory, workers, event_bytes).calls(),
        "BindingService": BindingService(BindingRules(store.changes, limits)).calls(),
        "TenantService": TenantService(store.tenants, store.keys).calls(),
    }
    handlers = [gate.build_handler(_EXECUTIONS, {}, {_LOGIN: door})]
    handlers += [gate.build_handler(f"actions.v1.{name}", methods) for name, methods in calls.items()]
    return handlers, door


def _build_reflection() -> grpc.GenericRpcHandler:
    """Build the handler of the reflection service, which describes all services to any caller."""
    servicer = reflection.aio.ReflectionServicer((*SCOPES, HEALTH_SERVICE, reflection.SERVICE_NAME))
    handler = grpc.stream_stream_rpc_method_handler(
        servicer.ServerReflectionInfo,
        request_deserializer=reflection_pb2.ServerReflectionRequest.FromString,
        response_serializer=reflection_pb2.ServerReflectionResponse.SerializeToString,
    )
    return grpc.method_handlers_generic_handler(reflection.SERVICE_NAME, {"ServerReflectionInfo": handler})


async def _cancel(task: asyncio.Task[None]) -> None:
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


async def _stop(
    lane: Lane,
    gate: Gate,
    health: Health,
    answers: Answers,
    hurry: asyncio.Event,
    drain_s: float,
) -> None:
    """Refuse new calls, wait for those in flight as long as there is time, and close the port."""
    await health.drain()
    settled = asyncio.create_task(_settle(gate, answers))
    hurried = asyncio.create_task(hurry.wait())
    await asyncio.wait((settled, hurried), timeout=drain_s, return_when=asyncio.FIRST_COMPLETED)
    if not settled.done():
        log.get_logger("app").warning("stopped_with_calls_in_flight", calls=gate.in_flight)
    for task in (settled, hurried):
        task.cancel()
    await lane.stop(_CLOSE_S if settled.done() else 0.0)


async def _settle(gate: Gate, answers: Answers) -> None:
    await gate.drain()
    await answers.settle()
