# origin: sandbox-facts 3
# technique: async for calls __aiter__ in C
# goal: language
# outcome: refused:async-loop

async def on_execute_post_login(event, api):
    async for x in event:
        api.user.set_app_metadata("escaped", str(x))
