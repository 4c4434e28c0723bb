# origin: sandbox-facts 2.1
# technique: a template string keeps its values as objects (from 3.14)
# goal: language
# outcome: refused:syntax-error | refused:template-string

def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(t"{api}".interpolations))
