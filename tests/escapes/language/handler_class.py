# origin: own
# technique: the handler is a class, whose instance is taken for a result
# goal: language
# outcome: COMPLETED

class on_execute_post_login:
    def __init__(self, event, api):
        self.send = lambda value: api.user.set_app_metadata("escaped", "sent")
        self.close = lambda: api.user.set_app_metadata("escaped", "closed")
