# origin: sandbox-facts 3
# technique: an asynchronous comprehension iterates past the guard
# goal: language
# outcome: refused:async-loop

async def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str([x async for x in event]))
