# origin: own
# technique: ctypes reads memory
# goal: language
# outcome: refused:import-not-allowed

import ctypes
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(ctypes.string_at(0)))
