# origin: sandbox-facts 3
# technique: async with calls __aenter__ in C
# goal: language
# outcome: refused:async-with

async def on_execute_post_login(event, api):
    async with event as x:
        api.user.set_app_metadata("escaped", str(x))
