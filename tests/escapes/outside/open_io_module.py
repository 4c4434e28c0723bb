# origin: own
# technique: the open of the C module behind the built-in one
# goal: outside
# outcome: refused:import-not-allowed | refused:underscore-name
# kernel: RAISED:PermissionError
import _io


def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", _io.open_code("/etc/passwd").read(20).decode())
