# origin: own
# technique: typing.get_type_hints evaluates text
# goal: language
# outcome: refused:member-not-allowed

from typing import get_type_hints
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(get_type_hints(print)))
