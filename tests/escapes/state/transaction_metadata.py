# origin: own
# technique: transaction metadata of an execution that ended
# goal: state
# outcome: COMPLETED

def on_execute_post_login(event, api):
    if event.transaction.metadata.get("left"):
        api.user.set_app_metadata("escaped", str(event.transaction.metadata))
    api.transaction.set_metadata("left", "1")
