"""Whatever is sent, the answer is the caller's fault or an answer: INTERNAL and UNKNOWN are bugs."""

from typing import Any

import grpc
import pytest
from google.protobuf.descriptor import Descriptor, FieldDescriptor, MethodDescriptor
from google.protobuf.message_factory import GetMessageClass
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from actions.v1 import execution_pb2 as execution
from actions.v1 import management_pb2 as management
from tests.server_process import Server, Tenant

METHODS: list[MethodDescriptor] = [
    method
    for file in (execution.DESCRIPTOR, management.DESCRIPTOR)
    for service in file.services_by_name.values()
    for method in service.methods
]
BUGS = {grpc.StatusCode.INTERNAL, grpc.StatusCode.UNKNOWN}
HEALTH = ("/grpc.health.v1.Health/Check",)
PATHS = [f"/{method.containing_service.full_name}/{method.name}" for method in METHODS]

_quick = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
TENANT = "malformed"
_TEXTS = st.one_of(
    st.sampled_from(
        [
            "",
            "tenants/-",
            f"tenants/{TENANT}",
            f"tenants/{TENANT}/actions/a",
            f"tenants/{TENANT}/actions/a/versions/1",
            f"tenants/{TENANT}/triggers/post-login/bindings",
            f"tenants/{TENANT}/apiKeys/0123456789abcdef",
            TENANT,
            "a",
            "def on_execute_post_login(event, api): pass",
            "a\0b",
        ]
    ),
    st.text(max_size=40),
)
_SCALARS: dict[int, st.SearchStrategy[Any]] = {
    FieldDescriptor.CPPTYPE_STRING: _TEXTS,
    FieldDescriptor.CPPTYPE_BOOL: st.booleans(),
    FieldDescriptor.CPPTYPE_INT32: st.integers(-(2**31), 2**31 - 1),
    FieldDescriptor.CPPTYPE_INT64: st.integers(-(2**63), 2**63 - 1),
    FieldDescriptor.CPPTYPE_ENUM: st.integers(-1, 7),
}


@pytest.fixture(scope="module", autouse=True)
def _tenant(server: Server) -> None:
    """A tenant with an action that random requests may hit."""
    request = management.CreateTenantRequest(tenant_id=TENANT)
    server.tenants.CreateTenant(request, metadata=server.operator)
    tenant = Tenant(server, TENANT, server.create_key(TENANT))
    tenant.install({"a": "def on_execute_post_login(event, api):\n    pass\n"})


def _values(field: FieldDescriptor) -> st.SearchStrategy[Any]:
    if field.type == FieldDescriptor.TYPE_BYTES:
        return st.one_of(st.binary(max_size=40), st.just(b"{}"), st.just(b'{"user":{"user_id":"u"}}'))
    if field.message_type is None:
        return _SCALARS[field.cpp_type]
    if field.message_type.GetOptions().map_entry:
        return st.dictionaries(_TEXTS, _TEXTS, max_size=3)
    return _messages(field.message_type)


def _messages(descriptor: Descriptor) -> st.SearchStrategy[Any]:
    fields = {}
    for field in descriptor.fields:
        values = _values(field)
        is_map = field.message_type is not None and field.message_type.GetOptions().map_entry
        fields[field.name] = st.lists(values, max_size=3) if field.is_repeated and not is_map else values
    return st.fixed_dictionaries({}, optional=fields).map(lambda chosen: GetMessageClass(descriptor)(**chosen))


def _end(server: Server, path: str, body: bytes) -> grpc.StatusCode:
    try:
        call: Any = server.channel.unary_unary(path)
        call(body, metadata=server.operator, timeout=20)
    except grpc.RpcError as error:
        code: grpc.StatusCode = error.code()
        return code
    return grpc.StatusCode.OK


@pytest.mark.parametrize("path", [*PATHS, *HEALTH])
def test_a_body_that_is_no_message_is_an_invalid_argument(server: Server, path: str) -> None:
    assert _end(server, path, b"\xff\xff\xff") is grpc.StatusCode.INVALID_ARGUMENT


@pytest.mark.parametrize("path", [*PATHS, *HEALTH])
def test_random_bytes_are_never_our_fault(server: Server, path: str) -> None:
    @_quick
    @given(body=st.binary(max_size=60))
    def check(body: bytes) -> None:
        assert _end(server, path, body) not in BUGS

    check()


@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.name)
def test_random_fields_are_never_our_fault(server: Server, method: MethodDescriptor) -> None:
    path = f"/{method.containing_service.full_name}/{method.name}"

    @_quick
    @given(request=_messages(method.input_type))
    def check(request: Any) -> None:
        assert _end(server, path, request.SerializeToString()) not in BUGS

    check()


def test_text_that_is_not_utf8_is_an_invalid_argument(server: Server) -> None:
    assert _end(server, PATHS[0], b"\x0a\x02\xc3\x28") is grpc.StatusCode.INVALID_ARGUMENT
