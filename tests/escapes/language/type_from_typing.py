# origin: own
# technique: typing.Type is hoped to be the real type
# goal: language
# outcome: COMPLETED

import typing
def on_execute_post_login(event, api):
    kind = typing.Type
    try:
        api.user.set_app_metadata("escaped", str(kind(api)))
    except TypeError:
        pass
