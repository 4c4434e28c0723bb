"""Modules about data in transit: json, base64, binascii, hashlib, hmac, uuid.

Runs in: zygote / worker / developer's machine.
"""

import base64
import binascii
import hashlib
import hmac
import json
import uuid
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from actions_sandbox.policy.modules.facade import SCALARS, Module, make_module, pick, pick_exact
from actions_sandbox.policy.render import to_plain
from actions_sandbox.policy.surface import expose

_HASHES: Final[Mapping[str, Callable[..., Any]]] = MappingProxyType(
    pick(
        hashlib,
        "md5 sha1 sha224 sha256 sha384 sha512 sha3_224 sha3_256 sha3_384 sha3_512 blake2b blake2s",
    )
)
"""Left out: shake (output of any length), pbkdf2_hmac and scrypt (unbounded time and memory in one C call),
file_digest (files)."""

_HASH_NAMES: Final = "block_size copy digest digest_size hexdigest name update"

expose(json.JSONDecodeError, "args colno doc lineno msg pos")
expose(uuid.UUID, "bytes hex int urn variant version")
expose(hmac.HMAC, _HASH_NAMES)
for _make in _HASHES.values():
    expose(type(_make()), _HASH_NAMES)


def _loads(text: str | bytes, **options: Any) -> Any:
    """Read JSON; the hooks of the real function are left out, since C code would call them."""
    if options:
        raise TypeError("json.loads() takes the text only; convert the values afterwards")
    if type(text) not in (str, bytes):
        raise TypeError(f"json.loads() takes text or bytes, not {type(text).__name__[:100]!r}")
    return json.loads(text)


def _dumps(
    value: Any,
    *,
    indent: int | str | None = None,
    sort_keys: bool = False,
    ensure_ascii: bool = True,
    allow_nan: bool = True,
    separators: tuple[str, str] | None = None,
    **options: Any,
) -> str:
    """Write JSON of plain data and records; ``cls`` and ``default`` would replace the encoder."""
    if options:
        names = ", ".join(sorted(options))[:100]
        raise TypeError(f"json.dumps() has no option {names} here; turn the value into plain data first")
    if type(indent) not in (int, str, type(None)):
        raise TypeError("json.dumps(indent=...) takes a number, text or None")
    return json.dumps(
        to_plain(value),
        indent=indent,
        sort_keys=bool(sort_keys),
        ensure_ascii=bool(ensure_ascii),
        allow_nan=bool(allow_nan),
        separators=_check_separators(separators),
    )


def _check_separators(separators: Any) -> tuple[str, str] | None:
    """Return a pair of exact text, or None."""
    if separators is None:
        return None
    if type(separators) in (tuple, list) and len(separators) == 2:
        first, second = separators
        if type(first) is str and type(second) is str:
            return first, second
    raise TypeError("json.dumps(separators=...) takes a pair of text")


def _find_hash(method: Any) -> str:
    """Return the name of a hash given by name or by its function of ``hashlib``."""
    for name, function in _HASHES.items():
        if method is function or (type(method) is str and method.lower().replace("-", "_") == name):
            return name
    raise ValueError(f"unknown hash; available are {', '.join(_HASHES)}")


def _new_hash(name: str, data: bytes = b"") -> Any:
    """Make a hash by name."""
    return _HASHES[_find_hash(name)](_check_bytes(data))


def _check_bytes(data: Any) -> bytes:
    """Return exact bytes."""
    if type(data) is not bytes:
        raise TypeError(f"bytes are needed, not {type(data).__name__[:100]!r}; use text.encode()")
    return data


def _new_hmac(key: bytes, msg: bytes | None = None, digestmod: Any = None) -> hmac.HMAC:
    """Make a keyed hash; ``digestmod`` is a name or a function of ``hashlib``."""
    if digestmod is None:
        raise TypeError("hmac.new() needs digestmod, for instance 'sha256'")
    message = None if msg is None else _check_bytes(msg)
    return hmac.new(_check_bytes(key), message, _find_hash(digestmod))


def _digest_hmac(key: bytes, msg: bytes, digest: Any) -> bytes:
    """Return a keyed hash in one call."""
    return hmac.digest(_check_bytes(key), _check_bytes(msg), _find_hash(digest))


_WHOLE: Final = "use loads and dumps"

MODULES: Final[tuple[Module, ...]] = (
    make_module(
        "json",
        {"loads": _loads, "dumps": _dumps, "JSONDecodeError": json.JSONDecodeError},
        refused=dict.fromkeys(("load", "dump"), f"{_WHOLE}: there are no files")
        | dict.fromkeys(("JSONEncoder", "JSONDecoder"), f"{_WHOLE} with plain data"),
    ),
    make_module(
        "base64",
        pick_exact(
            base64,
            """a85decode a85encode b16decode b16encode b32decode b32encode b64decode b64encode b85decode
            b85encode standard_b64decode standard_b64encode urlsafe_b64decode urlsafe_b64encode""",
            *SCALARS,
        ),
    ),
    make_module(
        "binascii",
        pick(binascii, "Error a2b_base64 a2b_hex b2a_base64 b2a_hex crc32 hexlify unhexlify"),
    ),
    make_module(
        "hashlib",
        _HASHES,
        {"new": _new_hash},
        refused=dict.fromkeys(("pbkdf2_hmac", "scrypt"), "derive keys outside of actions: time is unbounded"),
    ),
    make_module(
        "hmac",
        {"new": _new_hmac, "digest": _digest_hmac, "compare_digest": hmac.compare_digest},
    ),
    make_module(
        "uuid",
        {"uuid4": uuid.uuid4, "UUID": uuid.UUID},
        refused={
            "getnode": "the machine's address is nobody's business",
            "uuid1": "use uuid4: uuid1 tells the machine's address",
            "uuid3": "hash the name: UUID(bytes=hashlib.sha256(name).digest()[:16])",
            "uuid5": "hash the name: UUID(bytes=hashlib.sha256(name).digest()[:16])",
        },
    ),
)
"""The facades of this file."""
