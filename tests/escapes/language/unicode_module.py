# origin: own
# technique: a module's name in mathematical letters
# goal: language
# outcome: refused:import-not-allowed

import 𝐨𝐬
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(os))
