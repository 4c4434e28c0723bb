# origin: own
# technique: pickle runs what a text says
# goal: language
# outcome: refused:import-not-allowed

import pickle
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(pickle.loads(b"cos\nsystem\n(S'true'\ntR.")))
