"""The rules of tenants, actions, versions, bindings, secrets and keys; no SQL and no gRPC.

Runs in: server.

The rules depend on one thing below them, the protocol in :mod:`actions_runtime.store.interface`. What a login
needs is served from memory by :mod:`actions_runtime.management.directory`.
"""
