# origin: facts 5.2
# technique: the real open for writing in a folder that everybody may write to
# goal: outside
# outcome: refused:name-not-available
# kernel: RAISED:PermissionError
def on_execute_post_login(event, api):
    with open("/tmp/escaped", "w") as file:
        file.write("x")
    api.user.set_app_metadata("escaped", "a file was written")
