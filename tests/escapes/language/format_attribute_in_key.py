# origin: CVE-2023-41039
# technique: a dot inside brackets is hoped to be read as an attribute
# goal: language
# outcome: RAISED:KeyError

def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str("{a[b.__class__]}".format(a={"b": api})))
