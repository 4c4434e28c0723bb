# origin: facts 5.2
# technique: dlopen of a library that is not loaded yet
# goal: outside
# outcome: refused:import-not-allowed | refused:underscore-attribute
# kernel: RAISED:OSError
import os
def find_ctypes():
    for kind in object.__subclasses__():
        if kind.__name__ == "CDLL" and kind.__module__ == "ctypes":
            return kind.__init__.__globals__


def on_execute_post_login(event, api):
    ctypes = find_ctypes()
    libc = ctypes["CDLL"](None)
    api.user.set_app_metadata("escaped", str(ctypes["CDLL"]("libresolv.so.2")))
