# origin: contract 7
# technique: transaction metadata over the limit
# goal: resource
# outcome: RAISED:ValueError
def on_execute_post_login(event, api):
    for n in range(10):
        api.transaction.set_metadata("k%d" % n, "x" * 8000)
