# origin: facts 5.6
# technique: a billion numbers as a set
# goal: resource
# outcome: OUT_OF_MEMORY | TIMED_OUT
def on_execute_post_login(event, api):
    set(range(10**9))
