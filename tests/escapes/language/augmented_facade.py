# origin: sandbox-facts 3
# technique: an augmented assignment of a facade's attribute
# goal: language
# outcome: RAISED:TypeError

def on_execute_post_login(event, api):
    api.user += 1
    api.user.set_app_metadata("escaped", str(1))
