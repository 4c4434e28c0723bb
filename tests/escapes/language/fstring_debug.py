# origin: own
# technique: the = form of an f-string shows what it reads
# goal: language
# outcome: refused:underscore-name

def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(f"{_getattr_=}"))
