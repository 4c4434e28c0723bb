# origin: facts 5.6
# technique: JSON of a value that shares its parts thirty times over
# goal: resource
# outcome: OUT_OF_MEMORY | TIMED_OUT
import json


def on_execute_post_login(event, api):
    value = [1]
    for _ in range(30):
        value = [value, value]
    json.dumps(value)
