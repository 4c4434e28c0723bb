# origin: facts 5.6
# technique: base64 of base64
# goal: resource
# outcome: OUT_OF_MEMORY | TIMED_OUT
import base64


def on_execute_post_login(event, api):
    data = b"x" * 1000
    while True:
        data = base64.b64encode(data + data)
