# origin: sandbox-facts 2.4
# technique: a return outside of a function is found only when the tree is compiled
# goal: language
# outcome: refused:syntax-error

return 1
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(1))
