# origin: CVE-2023-37271
# technique: read gi_frame through map and getattr, so that C code calls it
# goal: language
# outcome: RAISED:AttributeError

def on_execute_post_login(event, api):
    g = (x for x in [1])
    api.user.set_app_metadata("escaped", str(list(map(getattr, [g], ["gi_frame"]))[0]))
