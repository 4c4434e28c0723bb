# origin: own
# technique: a special method as an async def
# goal: language
# outcome: refused:underscore-name

class Lie:
    async def __enter__(self):
        return 1
    async def __aenter__(self):
        return 1
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(Lie()))
