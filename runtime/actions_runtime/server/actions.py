"""ActionService: drafts, versions, checks and dry runs; thin over the rules.

Runs in: server.
"""

from collections.abc import Sequence

from actions.v1 import execution_pb2 as execution
from actions.v1 import management_pb2 as management
from actions_runtime.errors import InvalidArgument, Violation
from actions_runtime.events import parse_event
from actions_runtime.execution.records import FlowStep
from actions_runtime.management.actions import ActionRules
from actions_runtime.management.directory import Directory
from actions_runtime.management.principals import Principal
from actions_runtime.management.records import Action
from actions_runtime.management.versions import VersionRules
from actions_runtime.server import names
from actions_runtime.server.calls import Call, parsed
from actions_runtime.server.convert import build_response, read_login_flow, read_trigger
from actions_runtime.server.convert_management import build_action, build_diagnostic, build_version
from actions_runtime.server.execution import FlowRunner, make_execution_id, read_steps, run_event
from actions_sandbox.contract import OnError, Trigger


class ActionService:
    """Authors' service for actions and versions.

    Args:
        actions: The rules for actions and drafts.
        versions: The rules for versions.
        directory: Knows the bound flows, for dry runs.
        runner: Runs dry runs.
        event_bytes: The longest event.
    """

    def __init__(
        self,
        actions: ActionRules,
        versions: VersionRules,
        directory: Directory,
        runner: FlowRunner,
        event_bytes: int,
    ) -> None:
        self._actions = actions
        self._versions = versions
        self._directory = directory
        self._runner = runner
        self._event_bytes = event_bytes

    def calls(self) -> dict[str, Call]:
        """Return the service's methods by name."""
        return {
            "CreateAction": parsed(management.CreateActionRequest, self.create_action),
            "GetAction": parsed(management.GetActionRequest, self.get_action),
            "ListActions": parsed(management.ListActionsRequest, self.list_actions),
            "UpdateAction": parsed(management.UpdateActionRequest, self.update_action),
            "DeleteAction": parsed(management.DeleteActionRequest, self.delete_action),
            "DeployAction": parsed(management.DeployActionRequest, self.deploy_action),
            "RollbackAction": parsed(management.RollbackActionRequest, self.rollback_action),
            "ListActionVersions": parsed(management.ListActionVersionsRequest, self.list_action_versions),
            "GetActionVersion": parsed(management.GetActionVersionRequest, self.get_action_version),
            "CheckSource": parsed(management.CheckSourceRequest, self.check_source),
            "TestFlow": parsed(management.TestFlowRequest, self.test_flow),
        }

    async def create_action(
        self, principal: Principal, request: management.CreateActionRequest, _deadline: float | None
    ) -> management.CreateActionResponse:
        """Create an action with its first draft."""
        tenant = principal.tenant_for(names.parse_tenant(request.parent, "parent"))
        trigger = read_trigger(request.trigger)
        with names.fields_renamed(name="action_id"):
            action = await self._actions.create(
                principal, tenant, request.action_id, trigger, request.source, request.secrets
            )
        return management.CreateActionResponse(action=await self._build(action))

    async def get_action(
        self, principal: Principal, request: management.GetActionRequest, _deadline: float | None
    ) -> management.GetActionResponse:
        """Return an action with its draft."""
        name = names.parse_action(request.name, "name")
        action = await self._actions.get(principal.tenant_for(name.tenant), name.action)
        return management.GetActionResponse(action=await self._build(action))

    async def list_actions(
        self, principal: Principal, request: management.ListActionsRequest, _deadline: float | None
    ) -> management.ListActionsResponse:
        """List a tenant's actions by name."""
        tenant = principal.tenant_for(names.parse_tenant(request.parent, "parent"))
        page = await self._actions.list(tenant, request.page_size, request.page_token)
        actions = [await self._build(action) for action in page.items]
        return management.ListActionsResponse(actions=actions, next_page_token=page.next_page_token)

    async def update_action(
        self, principal: Principal, request: management.UpdateActionRequest, _deadline: float | None
    ) -> management.UpdateActionResponse:
        """Change an action's draft."""
        name = names.parse_action(request.name, "name")
        action = await self._actions.update(
            principal,
            principal.tenant_for(name.tenant),
            name.action,
            source=request.source if request.HasField("source") else None,
            set_secrets=request.secrets,
            remove_secrets=request.removed_secrets,
            etag=request.etag,
        )
        return management.UpdateActionResponse(action=await self._build(action))

    async def delete_action(
        self, principal: Principal, request: management.DeleteActionRequest, _deadline: float | None
    ) -> management.DeleteActionResponse:
        """Delete an action with its versions."""
        name = names.parse_action(request.name, "name")
        tenant = principal.tenant_for(name.tenant)
        await self._actions.delete(principal, tenant, name.action, force=request.force)
        return management.DeleteActionResponse()

    async def deploy_action(
        self, principal: Principal, request: management.DeployActionRequest, _deadline: float | None
    ) -> management.DeployActionResponse:
        """Make a version out of the draft and make it the one that runs."""
        name = names.parse_action(request.name, "name")
        version = await self._versions.deploy(
            principal,
            principal.tenant_for(name.tenant),
            name.action,
            label=request.label,
            etag=request.etag,
        )
        return management.DeployActionResponse(version=build_version(version, deployed=True))

    async def rollback_action(
        self, principal: Principal, request: management.RollbackActionRequest, _deadline: float | None
    ) -> management.RollbackActionResponse:
        """Deploy an old version's content under a new number."""
        name = names.parse_version(request.name, "name")
        tenant = principal.tenant_for(name.tenant)
        version = await self._versions.rollback(principal, tenant, name.action, name.number)
        return management.RollbackActionResponse(version=build_version(version, deployed=True))

    async def list_action_versions(
        self, principal: Principal, request: management.ListActionVersionsRequest, _deadline: float | None
    ) -> management.ListActionVersionsResponse:
        """List an action's versions, newest first."""
        name = names.parse_action(request.parent, "parent")
        tenant = principal.tenant_for(name.tenant)
        page = await self._versions.list(tenant, name.action, request.page_size, request.page_token)
        deployed = (await self._actions.get(tenant, name.action)).deployed
        versions = (build_version(version, deployed=version.number == deployed) for version in page.items)
        return management.ListActionVersionsResponse(versions=versions, next_page_token=page.next_page_token)

    async def get_action_version(
        self, principal: Principal, request: management.GetActionVersionRequest, _deadline: float | None
    ) -> management.GetActionVersionResponse:
        """Return one version with its source."""
        name = names.parse_version(request.name, "name")
        tenant = principal.tenant_for(name.tenant)
        version = await self._versions.get(tenant, name.action, name.number)
        deployed = (await self._actions.get(tenant, name.action)).deployed
        return management.GetActionVersionResponse(version=build_version(version, deployed=version.number == deployed))

    async def check_source(
        self, principal: Principal, request: management.CheckSourceRequest, _deadline: float | None
    ) -> management.CheckSourceResponse:
        """Judge a source without storing it."""
        tenant = principal.tenant_for(names.parse_tenant(request.parent, "parent"))
        self._directory.require_tenant(tenant)
        trigger = read_trigger(request.trigger)
        with names.fields_renamed(name="action_id"):
            diagnostics = await self._actions.check(tenant, request.action_id or "action", trigger, request.source)
        return management.CheckSourceResponse(diagnostics=map(build_diagnostic, diagnostics))

    async def test_flow(
        self, principal: Principal, request: management.TestFlowRequest, deadline: float | None
    ) -> management.TestFlowResponse:
        """Run the bound chain, or one draft alone, without leaving a trace."""
        tenant = principal.tenant_for(names.parse_tenant(request.parent, "parent"))
        trigger = read_trigger(request.trigger)
        login_flow = read_login_flow(request.login_flow)
        event = parse_event(trigger, request.event_json, max_bytes=self._event_bytes)
        steps = await self._read_dry_steps(tenant, trigger, request.action_id)
        result = await run_event(self._runner, tenant, trigger, login_flow, event, steps, deadline)
        response: execution.ExecuteFlowResponse = build_response(make_execution_id(), result)
        return management.TestFlowResponse(result=response)

    async def _read_dry_steps(self, tenant: str, trigger: Trigger, action_id: str) -> Sequence[FlowStep]:
        if not action_id:
            return read_steps(await self._directory.flow(tenant, trigger))
        action, draft = await self._actions.draft(tenant, action_id)
        if action.trigger is not trigger:
            raise InvalidArgument(
                f"The action {action.name!r} is for {action.trigger.value}, the event for {trigger.value}.",
                [Violation("trigger", f"expected {action.trigger.value}, the action's trigger.")],
            )
        return (FlowStep(draft, OnError.DENY),)

    async def _build(self, action: Action) -> management.Action:
        return build_action(action, draft_changed=await self._is_draft_changed(action))

    async def _is_draft_changed(self, action: Action) -> bool:
        """Tell whether a draft differs from what runs.

        A deployment or rollback leaves an action as old as its new version. A draft written since then makes
        it younger; after a rollback the contents differ unless the draft was the same as the old version.
        """
        if action.deployed is None:
            return True
        running = await self._versions.get(action.tenant, action.name, action.deployed)
        if action.updated_at != running.created_at:
            return True
        draft = action if action.source else await self._actions.get(action.tenant, action.name)
        return (draft.source, draft.secret_names) != (running.source, running.secret_names)
