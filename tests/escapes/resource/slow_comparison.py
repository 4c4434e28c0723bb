# origin: facts 5.5
# technique: a comparison that never ends
# goal: resource
# outcome: TIMED_OUT
class Slow:
    def __lt__(self, other):
        while True:
            pass


def on_execute_post_login(event, api):
    sorted([Slow(), Slow()])
