# origin: facts 5.6
# technique: the indent of JSON
# goal: resource
# outcome: OUT_OF_MEMORY
import json


def on_execute_post_login(event, api):
    json.dumps([[[1]]], indent=10**9)
