# origin: own
# technique: text into the server's log past the log's limit
# goal: outside
# outcome: refused:import-not-allowed
# kernel: RAISED:OSError
import os


def on_execute_post_login(event, api):
    os.write(2, b"forged log line")
    api.user.set_app_metadata("escaped", "written")
