"""Why a server does not start, told to its operator.

Runs in: server.
"""


class StartFailed(Exception):
    """The server cannot start; the text is one sentence that says what is wrong and what to do."""
