# origin: own
# technique: dataclasses builds source text and runs it
# goal: language
# outcome: refused:import-not-allowed

from dataclasses import make_dataclass
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(make_dataclass("A", [("a", "int", "x")])))
