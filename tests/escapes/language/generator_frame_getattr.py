# origin: CVE-2023-37271
# technique: the frame's name is given to getattr at run time
# goal: language
# outcome: RAISED:AttributeError

def on_execute_post_login(event, api):
    g = (x for x in [1])
    api.user.set_app_metadata("escaped", str(getattr(g, "gi_" + "frame")))
