# origin: own
# technique: a facade's attribute is the target of an unpacking
# goal: language
# outcome: RAISED:TypeError

def on_execute_post_login(event, api):
    [a, api.user] = [1, 2]
    api.user.set_app_metadata("escaped", str(a))
