# origin: CVE-2023-41039
# technique: the attribute comes after an item
# goal: language
# outcome: RAISED:ValueError

def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str("{0[0].__class__}".format([api])))
