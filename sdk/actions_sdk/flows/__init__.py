"""The client with which auth servers run flows: for asyncio and for threads, over one or many replicas.

Runs in: auth server.

Make one client for the life of the process and close it in the end; it may be used by many calls at once.
"""

from actions_runtime.events import LoginFlow
from actions_runtime.execution import Decision
from actions_sandbox.contract import Trigger
from actions_sdk.flows.answers import FlowAnswer
from actions_sdk.flows.clients import AsyncFlowClient, FlowClient
from actions_sdk.flows.replicas import Replicas
from actions_sdk.flows.unreachable import Counts, WhenUnreachable
from actions_sdk.refusals import ActionsClientError, UnknownCommandError

__all__ = [
    "ActionsClientError",
    "AsyncFlowClient",
    "Counts",
    "Decision",
    "FlowAnswer",
    "FlowClient",
    "LoginFlow",
    "Replicas",
    "Trigger",
    "UnknownCommandError",
    "WhenUnreachable",
]
