# origin: own
# technique: eval in mathematical letters
# goal: language
# outcome: refused:name-not-available

def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(𝓮𝓿𝓪𝓵("1")))
