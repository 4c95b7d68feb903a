"""Alembic's door: runs the migrations on the connection that `migrate` hands over, in its transaction."""

from alembic import context

from boundaries.store.tables import SCHEMA, Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    version_table_schema=SCHEMA,
)
with context.begin_transaction():
    context.run_migrations()
