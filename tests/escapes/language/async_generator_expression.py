# origin: sandbox-facts 3
# technique: await inside a generator expression makes an asynchronous generator
# goal: language
# outcome: refused:async-generator

async def on_execute_post_login(event, api):
    async def one():
        return 1
    g = (await one() for x in [1])
    api.user.set_app_metadata("escaped", str(getattr(g, "ag_frame")))
