"""What authors of actions and auth servers work with: harness, events, types, clients and command line.

Runs in: developer's machine.
"""
