# origin: sandbox-facts 3
# technique: a slice as the target of an augmented assignment
# goal: language
# outcome: refused:augmented-slice

def on_execute_post_login(event, api):
    a = [1]
    a[0:1] += [2]
    api.user.set_app_metadata("escaped", str(a))
