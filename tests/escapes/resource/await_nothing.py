# origin: own
# technique: an await that never comes to an end
# goal: resource
# outcome: refused:underscore-name
class Endless:
    def __await__(self):
        while True:
            yield None


async def on_execute_post_login(event, api):
    await Endless()
