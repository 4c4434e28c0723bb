# origin: own
# technique: a weak reference's callback runs when the runtime frees something
# goal: language
# outcome: refused:import-not-allowed

import weakref
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(weakref.ref(api.user, print)))
