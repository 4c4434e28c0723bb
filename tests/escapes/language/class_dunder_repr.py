# origin: own
# technique: __repr__ runs inside the runtime's own messages
# goal: language
# outcome: refused:underscore-name

class Lie:
    def __repr__(self):
        return "escaped"
def on_execute_post_login(event, api):
    print(Lie())
