# origin: sandbox-facts 4
# technique: uuid.os
# goal: language
# outcome: refused:member-not-allowed

import uuid
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(uuid.os))
