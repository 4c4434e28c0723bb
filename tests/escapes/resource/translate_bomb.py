# origin: facts 5.6
# technique: a table that makes one character many
# goal: resource
# outcome: OUT_OF_MEMORY | TIMED_OUT
def on_execute_post_login(event, api):
    ("a" * 100_000).translate({97: "b" * 100_000})
