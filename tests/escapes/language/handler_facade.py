# origin: own
# technique: the handler is an object of the runtime
# goal: language
# outcome: RAISED:TypeError

import json
on_execute_post_login = json.dumps
