# origin: own
# technique: a list of records is emptied for the next reader
# goal: state
# outcome: COMPLETED

def on_execute_post_login(event, api):
    items = event.user.app_metadata["cart"]["items"]
    if len(items) != 1:
        api.user.set_app_metadata("escaped", str(items))
    items.clear()
