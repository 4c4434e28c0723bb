# origin: sandbox-facts 4
# technique: textwrap.re
# goal: language
# outcome: refused:member-not-allowed

import textwrap
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(textwrap.re))
