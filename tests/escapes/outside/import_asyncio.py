# origin: own
# technique: an event loop of one's own
# goal: outside
# outcome: refused:import-not-allowed
# kernel: RAISED:ModuleNotFoundError
import asyncio


def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(asyncio.new_event_loop()))
