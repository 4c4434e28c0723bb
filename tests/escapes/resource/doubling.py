# origin: facts 5.6
# technique: a text that doubles
# goal: resource
# outcome: OUT_OF_MEMORY | TIMED_OUT
def on_execute_post_login(event, api):
    text = "ab"
    while True:
        text += text
