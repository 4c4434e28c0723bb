# origin: facts 4
# technique: an exception whose text never ends
# goal: resource
# outcome: refused:underscore-name
class Endless(Exception):
    def __str__(self):
        while True:
            pass


def on_execute_post_login(event, api):
    raise Endless("x")
