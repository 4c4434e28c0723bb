"""Records commands and then fails."""

# ruff: noqa: ANN001, ANN201 - an action, as an author writes it


def on_execute_post_login(event, api):
    api.user.set_app_metadata("half", True)
    api.id_token.set_custom_claim("half", True)
    raise ValueError("half done")
