# origin: own
# technique: an attribute is put on a built-in class
# goal: state
# outcome: RAISED:TypeError

def on_execute_post_login(event, api):
    str.left = 1
