"""Parts of the auth server that need no socket."""

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions_sandbox.contract import Trigger
from actions_sdk.auth_server import Database, RegisteredClient, ServerKeys, ServerSettings
from actions_sdk.auth_server.forms import FormRefused, parse_form
from actions_sdk.auth_server.grants import Kind, State, add_grant, find_grant, move_grant
from actions_sdk.auth_server.passwords import Passwords
from actions_sdk.auth_server.refusals import describe_error
from actions_sdk.auth_server.turns import Turns
from actions_sdk.auth_server.users import add_user, find_user, normalize_email, record_login
from actions_sdk.flows import WhenUnreachable


@pytest.mark.parametrize(
    "issuer", ["http://login.example.com", "ftp://127.0.0.1", "https://login.example.com/", "login.example.com", ""]
)
def test_an_issuer_is_https_or_loopback_and_nothing_but_an_address(issuer: str) -> None:
    """Cookies and codes must not cross a network in the clear."""
    with pytest.raises(ValueError, match="issuer"):
        ServerSettings(issuer, ())


def test_unless_told_otherwise_every_trigger_fails_closed() -> None:
    """Whoever can make the runtime unreachable must gain nothing."""
    settings = ServerSettings("https://login.example.com", ())
    assert dict(settings.when_unreachable) == dict.fromkeys(Trigger, WhenUnreachable.DENY)
    assert not settings.test_views


@pytest.mark.parametrize(
    ("registered", "asked", "fits"),
    [
        ("https://shop.example/cb", "https://shop.example/cb", True),
        ("https://shop.example/cb", "https://shop.example/cb/", False),
        ("https://shop.example/cb", "https://shop.example:444/cb", False),
        ("https://shop.example/cb", "https://SHOP.example/cb", False),
        ("http://127.0.0.1/cb", "http://127.0.0.1:51004/cb", True),
        ("http://127.0.0.1/cb", "http://127.0.0.1:51004/cb?x=1", False),
        ("http://127.0.0.1/cb", "http://127.0.0.1:/cb", False),
        ("http://127.0.0.1/cb", "http://127.0.0.1:1@evil.example/cb", False),
        ("http://127.0.0.1/cb", "http://127.0.0.1:1:2/cb", False),
        ("http://[::1]/cb", "http://[::1]:51004/cb", True),
        ("https://127.0.0.1/cb", "https://127.0.0.1:51004/cb", False),
        ("http://127.0.0.1:80/cb", "http://127.0.0.1:81/cb", False),
        ("com.example.app:/cb", "com.example.app:/cb", True),
    ],
)
def test_redirect_uris_are_compared_as_texts(registered: str, asked: str, fits: bool) -> None:
    """RFC 9700, section 2.1; on loopback any port (RFC 8252, section 7.3)."""
    assert RegisteredClient("shop", "Shop", (registered,)).is_registered(asked) is fits


@given(st.text(max_size=40))
def test_an_address_has_one_form(text: str) -> None:
    """What is taken for an address is its own normal form, without spaces or control characters."""
    email = normalize_email(text)
    if email is not None:
        assert normalize_email(email) == email
        assert email.isprintable()
        assert email.count("@") == 1


@given(st.text(max_size=200))
def test_a_description_holds_only_what_the_standard_allows(text: str) -> None:
    """RFC 6749, section 5.2."""
    description = describe_error("access_denied", text)["error_description"]
    assert all(character in "\x20\x21" or "\x23" <= character <= "\x7e" for character in description)
    assert "\\" not in description


@pytest.mark.parametrize("text", ["a=1&a=2", "a=%ff", "a=%00", "&".join(f"a{number}=1" for number in range(101))])
def test_a_form_that_two_readers_could_read_differently_is_refused(text: str) -> None:
    """Twice the same name, no UTF-8, what no event carries, or too much."""
    with pytest.raises(FormRefused):
        parse_form(text)


async def test_a_password_is_kept_as_a_hash_with_a_salt_of_its_own() -> None:
    """The same password twice gives two hashes; both are known again, also in another spelling of the same letters."""
    passwords = Passwords(1)
    kept = [await passwords.hash("grün horse") for _ in range(2)]
    assert kept[0] != kept[1]
    assert all("horse" not in one for one in kept)
    assert [await passwords.check("gru\u0308n horse", one) for one in kept] == [True, True]
    assert not await passwords.check("grun horse", kept[0])
    assert not await passwords.check("grün horse", None)


async def test_turns_are_taken_one_by_one_and_forgotten() -> None:
    """Others do not wait, and nothing is left behind, whatever happens inside."""
    turns, inside, most = Turns(), 0, 0

    async def work(key: str) -> None:
        nonlocal inside, most
        async with turns.take(key):
            inside += key == "one"
            most = max(most, inside)
            await asyncio.sleep(0)
            inside -= key == "one"
            if key == "two":
                raise KeyError(key)

    await asyncio.gather(*(work(key) for key in ("one", "two") * 5), return_exceptions=True)
    assert (most, len(turns)) == (1, 0)


async def test_what_is_left_by_an_exception_is_undone() -> None:
    """A user and a grant of one transaction are both there or both not, also in memory."""
    handles: list[str] = []

    async def fail(database: Database) -> None:
        async with database.transaction() as connection:
            user = await add_user(connection, "ada@example.com", "hash", {})
            handles.append(await add_grant(connection, Kind.CODE, {"user": user.user_id}, lifetime=60))
            raise KeyError

    async with Database() as database:
        with pytest.raises(KeyError):
            await fail(database)
        async with database.transaction() as connection:
            assert await find_user(connection, email="ada@example.com") is None
            assert await find_grant(connection, Kind.CODE, handles[0]) is None


async def test_a_user_that_has_changed_is_not_overwritten() -> None:
    """Compare and set: the second of two who read the same row writes nothing."""
    async with Database() as database, database.transaction() as connection:
        user = await add_user(connection, "ada@example.com", "hash", {"app_metadata": {"big": 2**53 + 1}})
        assert await record_login(connection, user, {"app_metadata": {"by": 1}}, logged_in=True)
        assert not await record_login(connection, user, {"app_metadata": {"by": 2}}, logged_in=True)
        found = await find_user(connection, user_id=user.user_id)
    assert found is not None
    assert (found.app_metadata, found.logins_count) == ({"by": 1}, 1)


async def test_a_grant_is_used_once_and_not_after_its_time() -> None:
    """Of two who found it one moves it; its handle is kept as a hash."""
    async with Database() as database, database.transaction() as connection:
        handle = await add_grant(connection, Kind.RESET, {"exact": 2**53 + 1}, lifetime=60)
        grant = await find_grant(connection, Kind.RESET, handle)
        assert grant is not None
        assert grant.body == {"exact": 2**53 + 1}
        assert handle.encode() not in grant.handle
        assert [await move_grant(connection, grant, State.USED) for _ in range(2)] == [True, False]
        assert await find_grant(connection, Kind.CODE, handle) is None, "of another kind"
        over = await add_grant(connection, Kind.RESET, {}, lifetime=-1)
        assert await find_grant(connection, Kind.RESET, over) is None
        assert await find_grant(connection, Kind.RESET, over, over=True) is not None


def test_without_its_libraries_it_says_what_to_install() -> None:
    """They come with an extra of their own."""
    code = "import sys; sys.modules['starlette.applications'] = None; import actions_sdk.auth_server"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.stderr.splitlines()[-1].endswith("pip install 'actions-runtime[auth-server]'")


def test_a_file_of_keys_is_read_again_and_never_overwritten(tmp_path: Path) -> None:
    """Tokens outlive the process; what is no file of keys is left alone."""
    file = tmp_path / "keys.json"
    made = ServerKeys.keep(file, "ES256")
    assert ServerKeys.keep(file, "ES256").signing.as_dict(private=True) == made.signing.as_dict(private=True)
    with pytest.raises(ValueError, match="RS256"):
        ServerKeys.keep(file, "RS256")
    file.write_text("{}")
    with pytest.raises(ValueError, match="no keys"):
        ServerKeys.keep(file, "ES256")
    assert file.read_text() == "{}"
