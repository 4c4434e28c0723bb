# origin: sandbox-facts 2
# technique: __exit__'s traceback is read by getattr
# goal: language
# outcome: RAISED:AttributeError

class Keep:
    def __enter__(self):
        return self
    def __exit__(self, kind, error, trace):
        self.trace = trace
        return True
def on_execute_post_login(event, api):
    with Keep() as keep:
        1 / 0
    api.user.set_app_metadata("escaped", str(getattr(keep.trace, "tb_" + "next")))
