# origin: sandbox-facts 4
# technique: typing.sys
# goal: language
# outcome: refused:member-not-allowed

import typing
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(typing.sys))
