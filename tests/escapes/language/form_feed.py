# origin: own
# technique: a form feed resets the indentation that a reader sees
# goal: language
# outcome: COMPLETED

def on_execute_post_login(event, api):
    reached = 0
    if False:
        pass
        reached = 1
    if reached:
        api.user.set_app_metadata("escaped", str(reached))
