# origin: own
# technique: a walrus inside a comprehension binds outside of it
# goal: language
# outcome: refused:underscore-name

def on_execute_post_login(event, api):
    [(_getitem_ := x) for x in [lambda a, b: a]]
    api.user.set_app_metadata("escaped", str([1][0]))
