# origin: own
# technique: the result tuple that zip and enumerate use again is kept
# goal: language
# outcome: COMPLETED

def on_execute_post_login(event, api):
    kept = []
    for pair in zip([1, 2, 3], [4, 5, 6]):
        kept.append(pair)
    for pair in enumerate("abc"):
        kept.append(pair)
    if len(set(kept)) != 6:
        api.user.set_app_metadata("escaped", str(kept))
