"""The two ways by which calls come in, which look the same from outside.

Runs in: server.

The public lane is ``grpc.aio``. The fast lane drives the core under it directly and spends about a fifth of the
processor time on a call. It uses names that grpcio promises to nobody, so it is taken only on releases that it has
been run on, and after it has passed a trial at start; otherwise calls come in by the public lane.
"""
