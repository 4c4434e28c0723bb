# origin: own
# technique: LinearRegression is a named tuple
# goal: language
# outcome: RAISED:AttributeError

import statistics
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(getattr(statistics.linear_regression([1, 2], [1, 2]), "_fields")))
