# origin: own
# technique: an attribute is put on a built-in exception
# goal: state
# outcome: RAISED:TypeError

def on_execute_post_login(event, api):
    ValueError.left = 1
