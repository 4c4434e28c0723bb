# origin: own
# technique: the handler's result is a generator that the runtime is hoped to drive
# goal: language
# outcome: COMPLETED

def run(api):
    yield 1
    api.user.set_app_metadata("escaped", str("driven"))
on_execute_post_login = lambda event, api: run(api)
