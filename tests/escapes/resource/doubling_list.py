# origin: facts 5.6
# technique: a list that doubles
# goal: resource
# outcome: OUT_OF_MEMORY | TIMED_OUT
def on_execute_post_login(event, api):
    many = [1]
    while True:
        many = many + many
