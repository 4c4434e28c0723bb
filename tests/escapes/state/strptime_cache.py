# origin: own
# technique: a format in strptime's cache, whose look-up goes through the script
# goal: state
# outcome: COMPLETED

import datetime
def on_execute_post_login(event, api):
    for text in ("%Y", "%Y-%m-%d", "%Y%%(x)"):
        try:
            datetime.datetime.strptime("2026", text)
        except ValueError:
            pass
    if datetime.datetime.strptime("2026", "%Y").year != 2026:
        api.user.set_app_metadata("escaped", str("strptime"))
