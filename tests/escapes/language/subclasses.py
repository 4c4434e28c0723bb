# origin: own
# technique: the walk from a tuple over object to every class
# goal: language
# outcome: refused:underscore-attribute

def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(().__class__.__base__.__subclasses__()))
