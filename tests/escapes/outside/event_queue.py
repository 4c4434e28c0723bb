# origin: own
# technique: epoll
# goal: outside
# outcome: refused:import-not-allowed
# kernel: RAISED:ModuleNotFoundError
import select


def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(select.epoll()))
