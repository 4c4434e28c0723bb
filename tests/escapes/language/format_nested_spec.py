# origin: CVE-2023-41039
# technique: the attribute stands in a field inside the format specification
# goal: language
# outcome: RAISED:ValueError

def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str("{0:{1.__class__}}".format(1, api)))
