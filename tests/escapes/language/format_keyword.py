# origin: CVE-2023-41039
# technique: the walking field is named instead of numbered
# goal: language
# outcome: RAISED:ValueError

def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str("{a.__init__.__globals__[__builtins__]}".format(a=api)))
