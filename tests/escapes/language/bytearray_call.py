# origin: own
# technique: a bytearray's buffer outlives a resize
# goal: language
# outcome: refused:name-not-available

def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(bytearray(b"abc")))
