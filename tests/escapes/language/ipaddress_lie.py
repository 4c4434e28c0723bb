# origin: own
# technique: the other network of overlaps() is an object of the script's
# goal: language
# outcome: COMPLETED

import ipaddress
class Lie:
    def __init__(self):
        self.seen = []
    def __contains__(self, thing):
        self.seen.append(thing)
        return False
def on_execute_post_login(event, api):
    lie = Lie()
    net = ipaddress.ip_network("10.0.0.0/8")
    for find in (lambda: net.overlaps(lie), lambda: net.subnet_of(lie), lambda: net == lie, lambda: lie in net,
                 lambda: net.address_exclude(lie), lambda: net.supernet_of(lie)):
        try:
            find()
        except (TypeError, AttributeError):
            pass
    for thing in lie.seen:
        for name in ("_version", "_ip", "__class__", "__dict__"):
            if hasattr(thing, name):
                api.user.set_app_metadata("escaped", str(name))
