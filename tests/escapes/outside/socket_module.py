# origin: facts 5.2
# technique: the socket type of the C module that the zygote used
# goal: outside
# outcome: refused:underscore-attribute
# kernel: POLICY_VIOLATION
def on_execute_post_login(event, api):
    for kind in object.__subclasses__():
        if kind.__name__ == "socket":
            api.user.set_app_metadata("escaped", str(kind(2, 1)))
