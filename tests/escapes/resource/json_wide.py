# origin: facts 5.6
# technique: JSON of ten million places
# goal: resource
# outcome: OUT_OF_MEMORY | TIMED_OUT
import json


def on_execute_post_login(event, api):
    json.loads("[" + "[]," * 3_000_000 + "[]]")
