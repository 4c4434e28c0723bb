# origin: facts 5.2
# technique: dup of the channel
# goal: outside
# outcome: refused:import-not-allowed
# kernel: RAISED:OSError
import os


def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", os.dup(3))
