# origin: own
# technique: gi_frame with a ligature-like letter that normalises to ASCII
# goal: language
# outcome: refused:attribute-not-allowed

def on_execute_post_login(event, api):
    g = (x for x in [1])
    api.user.set_app_metadata("escaped", str(g.gi_ｆrame))
