# origin: facts 5.2
# technique: /proc/self/mem, which writes to pages that are read-only
# goal: outside
# outcome: refused:name-not-available
# kernel: RAISED:PermissionError
def on_execute_post_login(event, api):
    with open("/proc/self/mem", "r+b", buffering=0) as memory:
        memory.seek(4096)
    api.user.set_app_metadata("escaped", "own memory was opened")
