# origin: contract 7
# technique: a line of half characters and control characters
# goal: resource
# outcome: COMPLETED
def on_execute_post_login(event, api):
    print("\ud800\x00\x1b[2J" * 100)
