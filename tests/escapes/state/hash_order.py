# origin: own
# technique: the order of a set tells what was before
# goal: state
# outcome: COMPLETED

def on_execute_post_login(event, api):
    order = list({"a", "b", "c", "d", "e", "f"})
    if order != list({"a", "b", "c", "d", "e", "f"}):
        api.user.set_app_metadata("escaped", str(order))
