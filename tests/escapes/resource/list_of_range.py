# origin: facts 5.6
# technique: a billion numbers
# goal: resource
# outcome: OUT_OF_MEMORY | TIMED_OUT
def on_execute_post_login(event, api):
    list(range(10**9))
