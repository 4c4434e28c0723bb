# origin: CVE-2023-37271
# technique: gi_code hands out the code object and its constants
# goal: language
# outcome: RAISED:AttributeError

def on_execute_post_login(event, api):
    g = (x for x in [1])
    code = getattr(g, "gi_code")
    api.user.set_app_metadata("escaped", str(getattr(code, "co_consts")))
