# origin: facts 5.2
# technique: write to every other descriptor that may have been left open
# goal: outside
# outcome: refused:import-not-allowed
# kernel: COMPLETED
import os


def on_execute_post_login(event, api):
    for fd in (0, 1, 2, *range(4, 512)):
        try:
            os.write(fd, b"x")
        except OSError:
            continue
        api.user.set_app_metadata("escaped", fd)
