# origin: facts 5.2
# technique: /proc/self/maps, to learn the addresses that every other worker shares
# goal: outside
# outcome: refused:name-not-available
# kernel: RAISED:PermissionError
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", open("/proc/self/maps").read(200))
