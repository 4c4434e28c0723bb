# origin: own
# technique: a coroutine is made and never awaited
# goal: state
# outcome: COMPLETED

async def on_execute_post_login(event, api):
    async def left():
        api.user.set_app_metadata("escaped", str("ran"))
    ring = [left()]
    ring.append(ring)
