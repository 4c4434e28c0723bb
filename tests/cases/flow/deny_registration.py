"""Denies a registration with a word for the end user."""

# ruff: noqa: ANN001, ANN201, N802 - an action, as an author writes it


def onExecutePreUserRegistration(event, api):
    api.user.setUserMetadata("seen", True)
    api.access.deny("closed", "Sign-up is closed.")
