# origin: CVE-2023-41039
# technique: bytes interpolation with a mapping
# goal: language
# outcome: RAISED:KeyError

def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(b"%(__class__)s" % {b"a": 1}))
