# origin: facts 5.6
# technique: a long text between many
# goal: resource
# outcome: OUT_OF_MEMORY | TIMED_OUT
def on_execute_post_login(event, api):
    ("x" * 100_000).join(["y"] * 100_000)
