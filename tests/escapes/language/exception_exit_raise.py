# origin: own
# technique: a class of the runtime caught by __exit__ is raised to end the worker
# goal: language
# outcome: RAISED:GeneratorExit

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
    raise keep.kind("out")
