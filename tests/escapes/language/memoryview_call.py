# origin: own
# technique: a memory view looks under immutable bytes
# goal: language
# outcome: refused:name-not-available

def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(memoryview(b"abc").obj))
