# origin: own
# technique: a constant of string is changed
# goal: state
# outcome: RAISED:TypeError

import string
def on_execute_post_login(event, api):
    string.digits += "x"
