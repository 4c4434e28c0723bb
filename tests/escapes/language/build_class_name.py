# origin: own
# technique: __build_class__ makes a class without the metaclass
# goal: language
# outcome: refused:underscore-name

def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(__build_class__(lambda: None, "A", str)))
