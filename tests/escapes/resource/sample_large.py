# origin: facts 5.6
# technique: a sample of a range without an end
# goal: resource
# outcome: OUT_OF_MEMORY | TIMED_OUT
import random


def on_execute_post_login(event, api):
    random.sample(range(10**12), 10**9)
