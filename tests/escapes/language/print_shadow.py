# origin: own
# technique: print is replaced and the old one's insides are looked at
# goal: language
# outcome: RAISED:AttributeError

old = print
def print(*rest):
    return old(*rest)
def on_execute_post_login(event, api):
    print("a")
    api.user.set_app_metadata("escaped", str(getattr(old, "__closure__")))
