# origin: own
# technique: starmap calls with an argument list that C unpacks
# goal: language
# outcome: RAISED:AttributeError

import itertools
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(list(itertools.starmap(getattr, [(api, "user"), (api.user, "_recorder")]))))
