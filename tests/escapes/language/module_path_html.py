# origin: own
# technique: html.entities and html.parser are submodules
# goal: language
# outcome: refused:import-not-allowed

import html.parser
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(html.parser))
