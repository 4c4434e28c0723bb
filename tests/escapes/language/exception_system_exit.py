# origin: sandbox-facts 2.4
# technique: SystemExit ends the worker's interpreter
# goal: language
# outcome: refused:name-not-available

def on_execute_post_login(event, api):
    raise SystemExit(0)
