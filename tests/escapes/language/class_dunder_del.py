# origin: own
# technique: __del__ runs when nobody looks
# goal: language
# outcome: refused:underscore-name

class Lie:
    def __del__(self):
        while True:
            pass
def on_execute_post_login(event, api):
    Lie()
