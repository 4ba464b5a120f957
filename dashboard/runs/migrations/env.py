"""How Alembic reaches the records: by the connection whose transaction holds the lock."""

from alembic import context

connection = context.config.attributes["connection"]
# SQLite changes a table by copying it: batch operations do so
context.configure(connection=connection, render_as_batch=True)
context.run_migrations()
