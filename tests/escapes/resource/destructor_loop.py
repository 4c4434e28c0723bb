# origin: facts 5.5
# technique: a destructor that never ends
# goal: resource
# outcome: refused:underscore-name
class Last:
    def __del__(self):
        while True:
            pass


def on_execute_post_login(event, api):
    Last()
