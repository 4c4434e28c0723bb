"""What the pages about the triggers show of ``api``: for every call what it may be given, and what is refused.

Runs in: developer's machine.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final


@dataclass(frozen=True, slots=True)
class Example:
    """A call that is recorded, and calls that are refused.

    Attributes:
        call: The call, one line of an action.
        refused: Calls whose refusals an author should know.
    """

    call: str
    refused: tuple[str, ...]


_FACTOR: Final = '{"type": "otp"}'

EXAMPLES: Final[Mapping[str, Example]] = MappingProxyType(
    {
        "access.deny": Example(
            'api.access.deny("the address is on the list of blocked ones", "Please contact our support.")',
            ('api.access.deny("")', 'api.access.deny("x" * 1001)', "api.access.deny(403)"),
        ),
        "user.set_app_metadata": Example(
            'api.user.set_app_metadata("plan", {"name": "gold", "seats": 5})',
            (
                'api.user.set_app_metadata("plan.name", "gold")',
                'api.user.set_app_metadata("email", "ada@example.com")',
                'api.user.set_app_metadata("seen", {"today"})',
                'api.user.set_app_metadata("cart", "x" * 32000)',
            ),
        ),
        "user.set_user_metadata": Example(
            'api.user.set_user_metadata("theme", "dark")',
            (
                'api.user.set_user_metadata("$theme", "dark")',
                'api.user.set_user_metadata("ratio", float("nan"))',
                'api.user.set_user_metadata("theme", {1: "dark"})',
            ),
        ),
        "validation.error": Example(
            'api.validation.error("age", "You have to be 18 to sign up.")',
            ('api.validation.error("", "Sorry.")', 'api.validation.error("age", None)'),
        ),
        "access_token.set_custom_claim": Example(
            'api.access_token.set_custom_claim("https://shop.example.com/plan", "gold")',
            (
                'api.access_token.set_custom_claim("sub", "somebody else")',
                'api.access_token.set_custom_claim("scope", "read:all")',
                'api.access_token.set_custom_claim("https://auth0.com/plan", "gold")',
                'api.access_token.set_custom_claim("plan", "x" * 100000)',
            ),
        ),
        "access_token.add_scope": Example(
            'api.access_token.add_scope("read:orders")', ('api.access_token.add_scope("read:orders read:carts")',)
        ),
        "access_token.remove_scope": Example(
            'api.access_token.remove_scope("write:orders")', ('api.access_token.remove_scope("")',)
        ),
        "id_token.set_custom_claim": Example(
            'api.id_token.set_custom_claim("guest_articles", 3)',
            ('api.id_token.set_custom_claim("iss", "me")', 'api.id_token.add_scope("read:orders")'),
        ),
        "authentication.challenge_with": Example(
            f'api.authentication.challenge_with({_FACTOR}, {{"additionalFactors": [{{"type": "email"}}]}})',
            ('api.authentication.challenge_with("otp")',),
        ),
        "authentication.challenge_with_any": Example(
            f'api.authentication.challenge_with_any([{_FACTOR}, {{"type": "email"}}])',
            ("api.authentication.challenge_with_any([])",),
        ),
        "authentication.enroll_with": Example(
            f"api.authentication.enroll_with({_FACTOR})",
            (f'api.authentication.enroll_with({_FACTOR}, {{"timeout": 30}})',),
        ),
        "authentication.enroll_with_any": Example(
            f'api.authentication.enroll_with_any([{_FACTOR}, {{"type": "phone"}}])',
            (f"api.authentication.enroll_with_any([{_FACTOR}] * 11)",),
        ),
        "multifactor.enable": Example(
            'api.multifactor.enable("any", {"allowRememberBrowser": False})', ('api.multifactor.enable("sms")',)
        ),
        "transaction.set_metadata": Example(
            'api.transaction.set_metadata("risk", 0.2)',
            (
                'api.transaction.set_metadata("risk", {"score": 0.2})',
                'api.transaction.set_metadata("x" * 65, 1)',
                'api.transaction.set_metadata("note", "x" * 9000)',
            ),
        ),
    }
)
"""By namespace and name, in snake_case."""
