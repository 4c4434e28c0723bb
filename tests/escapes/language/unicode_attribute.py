# origin: own
# technique: dashed low lines (U+FE4D) around an attribute's name
# goal: language
# outcome: refused:syntax-error

def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(api.﹍﹍class﹍﹍))
