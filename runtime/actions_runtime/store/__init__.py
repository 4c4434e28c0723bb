"""Where tenants, actions, versions, bindings and keys are kept: one interface, SQL behind it.

Runs in: server.
"""
