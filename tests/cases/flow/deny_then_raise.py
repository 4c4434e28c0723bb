"""Denies and then fails."""

# ruff: noqa: ANN001, ANN201, N802 - an action, as an author writes it


def onExecutePostLogin(event, api):
    api.access.deny("no entry")
    raise ValueError("too late")
