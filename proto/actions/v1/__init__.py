"""The generated messages and stubs of ``actions.v1``, and the event schemas beside them."""
