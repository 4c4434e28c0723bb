# origin: facts 5.2
# technique: the real open on a file that everybody may read
# goal: outside
# outcome: refused:name-not-available
# kernel: RAISED:PermissionError
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", open("/etc/passwd").read(20))
