# origin: CVE-2023-41039
# technique: str.format taken from the class
# goal: language
# outcome: RAISED:AttributeError

def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(str.format("{0.__class__}", 1)))
