# origin: facts 5.2
# technique: the socket module by its import
# goal: outside
# outcome: refused:import-not-allowed
# kernel: RAISED:ModuleNotFoundError
import socket


def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(socket.create_connection(("127.0.0.1", 80))))
