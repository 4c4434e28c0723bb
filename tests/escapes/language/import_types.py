# origin: own
# technique: types gives constructors of code and functions
# goal: language
# outcome: refused:import-not-allowed

from types import CodeType, FunctionType
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(CodeType))
