# origin: own
# technique: the default of getattr hides a refusal
# goal: language
# outcome: COMPLETED

def on_execute_post_login(event, api):
    for thing in (api, event, api.user, print, len, [].append, getattr, (x for x in [1])):
        for name in ("__class__", "__self__", "__globals__", "__dict__", "_recorder", "_data", "gi_frame", "__func__"):
            found = getattr(thing, name, None)
            if found is not None:
                api.user.set_app_metadata("escaped", str(found))
