# origin: sandbox-facts 4
# technique: the record's own dict
# goal: language
# outcome: refused:underscore-attribute

def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(event._data))
