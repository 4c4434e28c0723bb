# origin: own
# technique: numbers of a forked generator repeat from worker to worker and run to run
# goal: state
# outcome: COMPLETED

import random, uuid
def on_execute_post_login(event, api):
    first = [random.random() for x in range(4)]
    if first == [random.random() for x in range(4)] or len({uuid.uuid4() for x in range(50)}) != 50:
        api.user.set_app_metadata("escaped", str(first))
