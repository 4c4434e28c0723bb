# origin: own
# technique: list[int] has __origin__ and __args__
# goal: language
# outcome: RAISED:AttributeError

def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(getattr(list[int], "__origin__")))
