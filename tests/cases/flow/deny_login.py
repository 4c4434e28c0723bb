"""Denies, and still records: what comes after a denial in the same script runs."""

# ruff: noqa: ANN001, ANN201, N802 - an action, as an author writes it


def onExecutePostLogin(event, api):
    api.access.deny("no entry")
    api.user.setAppMetadata("seen", True)
    api.accessToken.setCustomClaim("seen", True)
