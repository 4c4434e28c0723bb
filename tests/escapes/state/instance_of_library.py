# origin: own
# technique: an attribute is put on an object of a class written in Python
# goal: state
# outcome: RAISED:TypeError

import hmac
def on_execute_post_login(event, api):
    made = hmac.new(b"k", b"m", "sha256")
    made.left = 1
