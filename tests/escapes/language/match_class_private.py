# origin: sandbox-facts 3
# technique: a class pattern reads a facade's private slot in C
# goal: language
# outcome: refused:pattern-class

def on_execute_post_login(event, api):
    match api.user:
        case object(_recorder=found):
            api.user.set_app_metadata("escaped", str(found))
