# origin: own
# technique: hasattr answers what it must not
# goal: language
# outcome: COMPLETED

def on_execute_post_login(event, api):
    for thing in (api, event, print, Exception, "a"):
        for name in ("__class__", "__dict__", "__init__", "_recorder", "mro", "format_map"):
            if hasattr(thing, name):
                api.user.set_app_metadata("escaped", str(name))
