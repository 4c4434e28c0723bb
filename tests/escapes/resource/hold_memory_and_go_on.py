# origin: facts 5.6
# technique: all the memory there is, kept while the handler returns
# goal: resource
# outcome: COMPLETED | TIMED_OUT
kept = []


def on_execute_post_login(event, api):
    size = 10**9
    while size > 1000:
        try:
            kept.append("a" * size)
        except Exception:
            size = size // 2
