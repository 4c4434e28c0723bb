# origin: own
# technique: __exit__ is handed classes that have no name in a script
# goal: language
# outcome: COMPLETED

class Keep:
    def __enter__(self):
        return self
    def __exit__(self, kind, error, trace):
        self.kind = kind
        return True
def on_execute_post_login(event, api):
    keep = Keep()
    def wait():
        with keep:
            yield 1
    g = wait()
    next(g)
    del g
    for name in ("mro", "add_note", "with_traceback", "args"):
        try:
            api.user.set_app_metadata("escaped", str(getattr(keep.kind, name)))
        except AttributeError:
            pass
