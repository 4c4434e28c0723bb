# origin: facts 5.2
# technique: ctypes by its import
# goal: outside
# outcome: refused:import-not-allowed
# kernel: RAISED:ModuleNotFoundError
import ctypes


def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", ctypes.CDLL(None).getpid())
