# origin: own
# technique: what typing gives is inert, whatever is built from it
# goal: language
# outcome: COMPLETED

import typing
def on_execute_post_login(event, api):
    kind = typing.Dict[str, typing.Callable[[int], typing.Any]] | None
    for name in ("__origin__", "__args__", "__getitem__", "copy_with", "_name", "__forward_arg__"):
        if hasattr(kind, name):
            api.user.set_app_metadata("escaped", str(name))
