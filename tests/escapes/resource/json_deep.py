# origin: facts 5.6
# technique: JSON nested 100 000 deep
# goal: resource
# outcome: RAISED:RecursionError
import json


def on_execute_post_login(event, api):
    json.loads("[" * 100_000 + "]" * 100_000)
