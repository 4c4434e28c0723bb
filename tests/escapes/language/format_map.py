# origin: CVE-2023-41039
# technique: format_map takes any mapping
# goal: language
# outcome: refused:attribute-not-allowed

def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str("{a.__class__}".format_map({"a": 1})))
