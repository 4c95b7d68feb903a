"""The register: database, transaction, tables, migrations, the private PostGIS."""
