# origin: CVE-2023-41039
# technique: str.format reads attributes of its argument in C
# goal: language
# outcome: RAISED:ValueError

def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str("{0.__class__.__mro__}".format(1)))
