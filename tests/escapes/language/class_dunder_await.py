# origin: own
# technique: __await__ suspends the runtime's driver
# goal: language
# outcome: refused:underscore-name

class Lie:
    def __await__(self):
        yield 1
async def on_execute_post_login(event, api):
    await Lie()
