# origin: sandbox-facts 3
# technique: an argument named dict stands for another class in a pattern
# goal: language
# outcome: refused:pattern-class

class Lie:
    pass
def look(dict, thing):
    match thing:
        case dict(found):
            return found
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(look(Lie, Lie())))
