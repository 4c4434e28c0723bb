# origin: own
# technique: a class is defined under a guard's name
# goal: language
# outcome: refused:underscore-name

class _apply_:
    pass
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(max(*[1, 2])))
