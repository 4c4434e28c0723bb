# origin: own
# technique: a secret is replaced
# goal: language
# outcome: RAISED:TypeError

def on_execute_post_login(event, api):
    event.secrets["OWN"] = "other"
    api.user.set_app_metadata("escaped", str(event.secrets.OWN))
