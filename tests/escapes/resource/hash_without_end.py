# origin: own
# technique: digests of digests
# goal: resource
# outcome: TIMED_OUT
import hashlib


def on_execute_post_login(event, api):
    data = b"x" * 10_000_000
    while True:
        data = data[32:] + hashlib.sha512(data).digest()
