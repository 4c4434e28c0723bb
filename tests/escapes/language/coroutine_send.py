# origin: sandbox-facts 4
# technique: drive a coroutine by hand and read the value its StopIteration carries
# goal: language
# outcome: RAISED:AttributeError

async def on_execute_post_login(event, api):
    async def inner():
        return api
    try:
        inner().send(None)
    except StopIteration as stop:
        api.user.set_app_metadata("escaped", str(getattr(stop, "__traceback__")))
