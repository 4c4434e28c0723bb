"""Runs the command line as ``python -m actions_sdk.cli``.

Runs in: developer's machine.
"""

from actions_sdk.cli import main

main()
