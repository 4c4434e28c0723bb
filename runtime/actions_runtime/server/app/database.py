"""Opens what the settings name as the database, and the rules over it.

Runs in: server.
"""

import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from actions_runtime.errors import ActionsError
from actions_runtime.management.changes import Changes
from actions_runtime.management.directory import Directory
from actions_runtime.management.keys import KeyRules
from actions_runtime.management.limits import ManagementLimits
from actions_runtime.management.notice import Notices
from actions_runtime.management.secrets import SecretBox
from actions_runtime.management.tenants import TenantRules
from actions_runtime.server.failures import StartFailed
from actions_runtime.server.secret_keys import load_secret_keys
from actions_runtime.settings import Settings
from actions_runtime.store.migrations import migrate
from actions_runtime.store.sql import open_store

_LABEL_CHARS = 128
"""Characters of a label or display name, as the proto files promise."""


@dataclass(frozen=True, slots=True)
class OpenStore:
    """A database in its present shape, and the rules that need nothing else.

    Attributes:
        place: Where everything is kept, without a password.
        survives_restart: Whether it is still there after a restart.
        box: Seals and opens secrets.
        directory: The view from memory, not loaded yet.
        changes: The way to change anything.
        limits: How much a tenant may keep.
        tenants: The rules for tenants.
        keys: The rules for API keys.
    """

    place: str
    survives_restart: bool
    box: SecretBox
    directory: Directory
    changes: Changes
    limits: ManagementLimits
    tenants: TenantRules
    keys: KeyRules


@asynccontextmanager
async def opened_store(settings: Settings, notices: Notices | None = None) -> AsyncIterator[OpenStore]:
    """Open the database, bring it to its present shape, and close it in the end.

    Args:
        settings: Say where it is and how much may be kept.
        notices: Word of the changes of other processes of this server, if there are any.

    Raises:
        StartFailed: It cannot be reached, or the keys for secrets cannot be read.
    """
    if settings.in_memory:
        with tempfile.TemporaryDirectory(prefix="actions-") as folder:
            async with _opened(settings, f"sqlite:///{folder}/actions.db", None) as store:
                yield store
        return
    async with _opened(settings, settings.database_url, notices) as store:
        yield store


@asynccontextmanager
async def _opened(settings: Settings, url: str, notices: Notices | None) -> AsyncIterator[OpenStore]:
    if not settings.database and not settings.in_memory:
        _make_folder(settings.data_dir)
    await _migrate(url)
    box = SecretBox(load_secret_keys(settings))
    store = open_store(url)
    try:
        directory = Directory(store, box, notices=notices)
        changes = Changes(store, directory.take_over_own)
        limits = read_management_limits(settings)
        yield OpenStore(
            place="memory" if settings.in_memory else _show(url),
            survives_restart=not settings.in_memory,
            box=box,
            directory=directory,
            changes=changes,
            limits=limits,
            tenants=TenantRules(changes, limits),
            keys=KeyRules(changes, limits),
        )
    finally:
        await store.close()


def read_management_limits(settings: Settings) -> ManagementLimits:
    """Put the settings into the words of the rules."""
    return ManagementLimits(
        actions_per_tenant=settings.limit_actions_per_tenant,
        bindings_per_trigger=settings.limit_bindings_per_trigger,
        versions_per_action=settings.limit_versions_per_action,
        source_bytes=settings.limit_source_bytes,
        secrets_per_action=settings.limit_secrets_per_action,
        secret_name_chars=settings.limit_secret_name_chars,
        secret_value_chars=settings.limit_secret_value_chars,
        label_chars=_LABEL_CHARS,
    )


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise StartFailed(f"the data directory {folder} cannot be made: {error.strerror}") from error


async def _migrate(url: str) -> None:
    """Bring the database to its present shape; the only place where an unusable one shows."""
    try:
        await migrate(url)
    except (ValueError, ActionsError) as error:
        raise StartFailed(f"the database cannot be used: {error}") from error
    except SQLAlchemyError as error:
        cause = str(error.__cause__ or type(error).__name__).splitlines()[0]
        raise StartFailed(f"the database {_show(url)} cannot be used: {cause}") from error
    except OSError as error:
        raise StartFailed(f"the database {_show(url)} cannot be used: {error.strerror}") from error


def _show(url: str) -> str:
    """Write a database's URL without its password."""
    try:
        return make_url(url).render_as_string(hide_password=True)
    except ArgumentError:
        return "named by the settings"
