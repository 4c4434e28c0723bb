# origin: contract 7
# technique: a value that grows after it was recorded
# goal: resource
# outcome: COMPLETED
def on_execute_post_login(event, api):
    value = ["x"]
    api.user.set_app_metadata("k", value)
    value.append("y" * 1_000_000)
