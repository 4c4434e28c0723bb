# origin: sandbox-facts 4
# technique: operator.attrgetter walks in C
# goal: language
# outcome: refused:import-not-allowed

import operator
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(operator.attrgetter("__class__.__mro__")(1)))
