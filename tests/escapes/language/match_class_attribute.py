# origin: sandbox-facts 3
# technique: a class pattern reads __class__ in C
# goal: language
# outcome: refused:pattern-class

def on_execute_post_login(event, api):
    match api:
        case object(__class__=found):
            api.user.set_app_metadata("escaped", str(found))
