# origin: own
# technique: the totals of one flow are left for the next one
# goal: state
# outcome: COMPLETED

def on_execute_post_login(event, api):
    api.user.set_app_metadata("large", "x" * 20000)
