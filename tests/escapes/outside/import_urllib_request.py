# origin: own
# technique: a web request
# goal: outside
# outcome: refused:import-not-allowed
# kernel: RAISED:ModuleNotFoundError
import urllib.request


def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", urllib.request.urlopen("http://127.0.0.1").read(1))
