# origin: contract 7
# technique: a print into an object of one's own that never ends
# goal: resource
# outcome: RAISED:TypeError
class Endless:
    def write(self, text):
        while True:
            pass


def on_execute_post_login(event, api):
    print("x", file=Endless())
