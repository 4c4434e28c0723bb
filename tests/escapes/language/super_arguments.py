# origin: own
# technique: super with arguments over an object of the runtime
# goal: language
# outcome: refused:super-form

def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(super(object, api).x))
