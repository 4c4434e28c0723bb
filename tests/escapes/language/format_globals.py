# origin: CVE-2023-41039
# technique: str.format walks from a function to its globals
# goal: language
# outcome: RAISED:ValueError

SECRET = "module"
def on_execute_post_login(event, api):
    def f():
        pass
    api.user.set_app_metadata("escaped", str("{0.__globals__}".format(f)))
