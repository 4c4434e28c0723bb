# origin: own
# technique: an import inside a function inside a class body
# goal: language
# outcome: refused:import-not-allowed

class A:
    def f(self):
        import subprocess
        return subprocess
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(A().f()))
