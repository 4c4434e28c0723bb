# origin: own
# technique: a function's attributes are written
# goal: language
# outcome: RAISED:TypeError

def on_execute_post_login(event, api):
    def f():
        pass
    f.x = 1
    api.user.set_app_metadata("escaped", str(f.x))
