# origin: sandbox-facts 3
# technique: a class pattern reads an attribute in fullwidth letters
# goal: language
# outcome: refused:pattern-class

def on_execute_post_login(event, api):
    match api:
        case object(__ｃlass__=found):
            api.user.set_app_metadata("escaped", str(found))
