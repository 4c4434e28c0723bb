# origin: own
# technique: a variable of the script's own module
# goal: state
# outcome: COMPLETED

seen = []
def on_execute_post_login(event, api):
    if seen:
        api.user.set_app_metadata("escaped", str(seen))
    seen.append(1)
