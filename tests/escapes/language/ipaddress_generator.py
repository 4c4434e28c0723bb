# origin: own
# technique: the library's generator of hosts has a frame
# goal: language
# outcome: RAISED:AttributeError

import ipaddress
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(getattr(ipaddress.ip_network("10.0.0.0/30").hosts(), "gi_frame")))
