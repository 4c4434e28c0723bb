# origin: own
# technique: a property whose getter is the guarded getattr is read in C
# goal: language
# outcome: RAISED:TypeError

class A:
    x = property(getattr)
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(A().x))
