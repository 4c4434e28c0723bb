# origin: own
# technique: an inner asynchronous comprehension hides in an outer generator expression
# goal: language
# outcome: refused:async-generator

async def on_execute_post_login(event, api):
    async def one():
        return 1
    g = ([await one() for y in [1]] for x in [1])
    api.user.set_app_metadata("escaped", str(getattr(g, "ag_frame")))
