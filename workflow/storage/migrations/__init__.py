"""Alembic's migrations: one baseline until the first release, then forward only. Run by ``schema.upgrade``."""
