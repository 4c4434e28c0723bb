# origin: sandbox-facts 3
# technique: an augmented assignment evaluates its parts twice
# goal: language
# outcome: COMPLETED

def on_execute_post_login(event, api):
    calls = []
    def thing():
        calls.append(1)
        return box
    box = {"a": 1}
    thing()["a"] += 1
    if len(calls) != 1:
        api.user.set_app_metadata("escaped", str(calls))
