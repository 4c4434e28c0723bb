# origin: own
# technique: another action's secret is asked for by its name
# goal: language
# outcome: RAISED:AttributeError

def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(event.secrets.NEIGHBOUR))
