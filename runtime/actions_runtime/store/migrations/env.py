"""Runs the steps on the connection that :func:`actions_runtime.store.migrations.migrate` opened.

Runs in: server.
"""

from alembic import context

from actions_runtime.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,  # SQLite alters a table by writing it anew
)
context.run_migrations()
