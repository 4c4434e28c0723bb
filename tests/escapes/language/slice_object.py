# origin: own
# technique: a slice object carries what it is given into C code
# goal: language
# outcome: RAISED:TypeError

class Lie:
    def __eq__(self, other):
        return True
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str([1, 2, 3][slice(Lie())]))
