"""Alembic's environment: runs on the connection that ``schema`` opened, in one transaction a revision."""

from __future__ import annotations

from alembic import context

from workflow.storage.tables import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    render_as_batch=True,
    transaction_per_migration=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
