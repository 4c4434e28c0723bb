# origin: sandbox-facts 4
# technique: cr_await of a running coroutine leads to the one it waits for
# goal: language
# outcome: refused:attribute-not-allowed

async def on_execute_post_login(event, api):
    async def inner():
        return outer.cr_await
    outer = inner()
    api.user.set_app_metadata("escaped", str(await outer))
