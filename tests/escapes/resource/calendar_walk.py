# origin: own
# technique: a walk over days that swallows its own end
# goal: resource
# outcome: TIMED_OUT
import datetime


def on_execute_post_login(event, api):
    day = datetime.date(1, 1, 1)
    while True:
        try:
            day = day + datetime.timedelta(days=1)
        except OverflowError:
            day = datetime.date(1, 1, 1)
