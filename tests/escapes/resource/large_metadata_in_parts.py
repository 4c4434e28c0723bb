# origin: contract 7
# technique: metadata over the limit in many keys
# goal: resource
# outcome: RAISED:ValueError
def on_execute_post_login(event, api):
    for n in range(10_000):
        api.user.set_user_metadata("k%d" % n, "x" * 100)
