# origin: own
# technique: a facade's attribute is a loop's target
# goal: language
# outcome: RAISED:TypeError

def on_execute_post_login(event, api):
    for api.user in [1]:
        pass
    api.user.set_app_metadata("escaped", str(1))
