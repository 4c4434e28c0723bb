# origin: sandbox-facts 4
# technique: uuid1 and getnode start programs to find the machine's address
# goal: language
# outcome: refused:member-not-allowed

import uuid
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(uuid.getnode()))
