# origin: own
# technique: coroutines that await each other for ever
# goal: resource
# outcome: TIMED_OUT
async def nothing():
    return None


async def on_execute_post_login(event, api):
    while True:
        await nothing()
