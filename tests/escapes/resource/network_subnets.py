# origin: own
# technique: all networks inside the largest one
# goal: resource
# outcome: TIMED_OUT
import ipaddress


def on_execute_post_login(event, api):
    sum(1 for _ in ipaddress.ip_network("::/0").subnets(new_prefix=128))
