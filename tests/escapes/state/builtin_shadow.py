# origin: own
# technique: built-in names are bound anew in the namespace
# goal: state
# outcome: COMPLETED

def on_execute_post_login(event, api):
    global len, isinstance, str
    if len is not max:
        len = isinstance = str = max
