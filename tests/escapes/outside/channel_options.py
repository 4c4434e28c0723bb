# origin: own
# technique: an ioctl on the channel
# goal: outside
# outcome: refused:import-not-allowed
# kernel: RAISED:OSError
import os


def on_execute_post_login(event, api):
    os.set_blocking(3, False)
    api.user.set_app_metadata("escaped", "the channel does not block")
