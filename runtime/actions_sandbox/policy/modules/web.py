"""Modules about addresses: urllib.parse, ipaddress.

Runs in: zygote / worker / developer's machine.
"""

import ipaddress
import urllib.parse
from typing import Any, Final

from actions_sandbox.policy.modules.facade import SCALARS, Module, exact, make_module, pick, pick_exact
from actions_sandbox.policy.surface import expose, expose_all

_SPLIT: Final = "count fragment geturl hostname index netloc password path port query scheme username"

expose(urllib.parse.SplitResult, _SPLIT)
expose(urllib.parse.SplitResultBytes, _SPLIT)
expose(urllib.parse.ParseResult, _SPLIT + " params")
expose(urllib.parse.ParseResultBytes, _SPLIT + " params")
expose(urllib.parse.DefragResult, "count fragment geturl index url")

_ADDRESS: Final = """
    compressed exploded is_global is_link_local is_loopback is_multicast is_private is_reserved
    is_unspecified max_prefixlen version"""
_NETWORK: Final = (
    _ADDRESS
    + """ address_exclude broadcast_address hostmask hosts netmask network_address num_addresses overlaps
    prefixlen subnet_of subnets supernet supernet_of with_hostmask with_netmask with_prefixlen"""
)
_OWN: Final = " packed reverse_pointer"
_INTERFACE: Final = _ADDRESS + _OWN + " hostmask ip netmask network with_hostmask with_netmask with_prefixlen"
_SIX: Final = " ipv4_mapped is_site_local scope_id sixtofour teredo"

expose(ipaddress.IPv4Address, _ADDRESS + _OWN)
expose(ipaddress.IPv6Address, _ADDRESS + _OWN + _SIX)
expose_all((ipaddress.IPv4Network, ipaddress.IPv6Network), _NETWORK)
expose(ipaddress.IPv4Interface, _INTERFACE)
expose(ipaddress.IPv6Interface, _INTERFACE + _SIX)

_PARTS: Final = (*SCALARS, urllib.parse.SplitResult, urllib.parse.ParseResult, tuple, list, dict)


def _encode_query(query: Any, doseq: bool = False, safe: str = "") -> str:
    """Write a query string; ``quote_via`` is left out."""
    if type(query) not in (dict, list, tuple):
        raise TypeError(f"urlencode() takes a dict or a list of pairs, not {type(query).__name__[:100]!r}")
    if type(safe) is not str:
        raise TypeError("urlencode(safe=...) takes text")
    return urllib.parse.urlencode(query, bool(doseq), safe)


PARSE: Final = make_module(
    "urllib.parse",
    pick_exact(
        urllib.parse,
        "parse_qs parse_qsl quote quote_plus unquote unquote_plus urldefrag urljoin urlparse urlsplit",
        *SCALARS,
    ),
    {
        "urlencode": _encode_query,
        "urlunparse": exact(urllib.parse.urlunparse, *_PARTS),
        "urlunsplit": exact(urllib.parse.urlunsplit, *_PARTS),
    },
)
"""The facade of ``urllib.parse``."""

_NO_NETWORK: Final = "actions have no network; only urllib.parse is available"

MODULES: Final[tuple[Module, ...]] = (
    PARSE,
    make_module(
        "urllib",
        {"parse": PARSE},
        refused=dict.fromkeys(("request", "response", "error", "robotparser"), _NO_NETWORK),
    ),
    make_module(
        "ipaddress",
        pick_exact(
            ipaddress,
            "ip_address ip_interface ip_network",
            *SCALARS,
            ipaddress.IPv4Address,
            ipaddress.IPv6Address,
        ),
        pick(ipaddress, "AddressValueError NetmaskValueError"),
        refused=dict.fromkeys(
            ("IPv4Address", "IPv6Address", "IPv4Network", "IPv6Network"),
            "use ip_address(), ip_network() or ip_interface()",
        ),
    ),
)
"""The facades of this file; ``urllib`` alone exists for ``import urllib.parse``."""
