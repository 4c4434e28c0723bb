# origin: own
# technique: __index__ passes for a number in C
# goal: language
# outcome: refused:underscore-name

class Lie:
    def __index__(self):
        return 1 << 62
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str([1][Lie()]))
