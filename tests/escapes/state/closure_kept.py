# origin: own
# technique: functions and a class keep each other and the api
# goal: state
# outcome: COMPLETED

def on_execute_post_login(event, api):
    class Keep:
        def f(self):
            return keep, api, event
    keep = Keep()
    keep.f()
    keep.ring = [keep, Keep, keep.f]
