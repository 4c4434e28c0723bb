# origin: own
# technique: the event's data is changed for the next reader
# goal: state
# outcome: COMPLETED

def on_execute_post_login(event, api):
    if "left" in event.user.app_metadata:
        api.user.set_app_metadata("escaped", str(event.user.app_metadata))
    event.user.app_metadata["left"] = 1
    event.user.app_metadata["cart"]["items"].append({"sku": "B"})
    event.anonymous_session.metadata["left"] = 1
