"""A guest's cart on its way into an account, shown with a real server: ``python -m actions_sdk.demo``.

Runs in: developer's machine.
"""
