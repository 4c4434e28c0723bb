# origin: facts 5.6
# technique: a text decoded from a codec that packs
# goal: resource
# outcome: OUT_OF_MEMORY | TIMED_OUT
def on_execute_post_login(event, api):
    (b"+" + b"A" * 40_000_000).decode("utf-7")
