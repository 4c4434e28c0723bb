# origin: CVE-2023-41039
# technique: str.format taken from the class by getattr
# goal: language
# outcome: RAISED:AttributeError

def on_execute_post_login(event, api):
    walk = getattr(str, "for" + "mat")
    api.user.set_app_metadata("escaped", str(walk("{0.__class__}", 1)))
