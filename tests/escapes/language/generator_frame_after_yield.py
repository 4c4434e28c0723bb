# origin: CVE-2023-37271
# technique: a generator function reads its frame while it runs
# goal: language
# outcome: refused:attribute-not-allowed

def on_execute_post_login(event, api):
    def walk():
        frame = g.gi_frame
        yield frame.f_back.f_back.f_builtins
    g = walk()
    api.user.set_app_metadata("escaped", str(next(g)))
