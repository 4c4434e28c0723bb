# origin: own
# technique: the record's own look-up
# goal: language
# outcome: refused:underscore-attribute

def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(event._resolve("_data")))
