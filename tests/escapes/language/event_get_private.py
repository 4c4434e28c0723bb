# origin: own
# technique: private names by get()
# goal: language
# outcome: COMPLETED

def on_execute_post_login(event, api):
    for name in ("__class__", "_data", "_made", "_plain", "__init__"):
        for record in (event, event.user, event.secrets):
            found = record.get(name)
            if found is not None:
                api.user.set_app_metadata("escaped", str(found))
