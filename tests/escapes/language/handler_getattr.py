# origin: own
# technique: the handler is getattr, called with the event and the api
# goal: language
# outcome: RAISED:TypeError

on_execute_post_login = getattr
