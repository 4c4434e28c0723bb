# origin: own
# technique: a database, which would open files
# goal: outside
# outcome: refused:import-not-allowed
# kernel: RAISED:ModuleNotFoundError
import sqlite3


def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(sqlite3.connect(":memory:")))
