# origin: facts 5.2
# technique: the kernel's log, which names addresses
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
    if libc.klogctl(10, None, 0) != -1:
        api.user.set_app_metadata("escaped", "it was done")
