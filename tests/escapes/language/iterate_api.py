# origin: own
# technique: a facade is iterated, indexed, called and compared
# goal: language
# outcome: COMPLETED

def on_execute_post_login(event, api):
    for find in (lambda: list(api), lambda: api["user"], lambda: api(), lambda: api < api, lambda: api + api,
                 lambda: {**api}, lambda: len(api), lambda: bytes(api), lambda: int(api), lambda: next(api)):
        try:
            api.user.set_app_metadata("escaped", str(find()))
        except TypeError:
            pass
