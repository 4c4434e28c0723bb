# origin: sandbox-facts 2.1
# technique: a type statement evaluates later
# goal: language
# outcome: refused:type-parameters | refused:syntax-error

type A = api
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(A))
