import pytest

from actions_sandbox.contract import Trigger
from tests.actions_sandbox.in_process import InProcess


@pytest.fixture
def at_login() -> InProcess:
    """A runner of login flows."""
    return InProcess()


@pytest.fixture
def at_registration() -> InProcess:
    """A runner of registration flows."""
    return InProcess(Trigger.PRE_USER_REGISTRATION)
