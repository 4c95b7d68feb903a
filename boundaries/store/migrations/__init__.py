"""The register's migrations: Alembic, up and down."""
