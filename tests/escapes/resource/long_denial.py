# origin: contract 7
# technique: a denial of a megabyte
# goal: resource
# outcome: RAISED:ValueError
def on_execute_post_login(event, api):
    api.access.deny("x" * 1_000_000)
