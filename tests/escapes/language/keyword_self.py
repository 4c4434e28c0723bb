# origin: own
# technique: self= is given to a facade's method by keyword
# goal: language
# outcome: RAISED:TypeError

def on_execute_post_login(event, api):
    api.user.set_app_metadata(self=event, key="escaped", value="self")
