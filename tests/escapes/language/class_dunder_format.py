# origin: own
# technique: __format__ is called by every f-string
# goal: language
# outcome: refused:underscore-name

class Lie:
    def __format__(self, specification):
        return specification
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(f"{Lie():a}"))
