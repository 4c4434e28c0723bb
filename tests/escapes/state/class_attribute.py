# origin: own
# technique: an attribute of a script's class
# goal: state
# outcome: COMPLETED

class A:
    count = 0
def on_execute_post_login(event, api):
    A.count += 1
    if A.count > 1:
        api.user.set_app_metadata("escaped", str(A.count))
