"""For which party an account or a key acts, so that the steps of an incident know whose they are."""

from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

_TABLES = ("account", "api_key")


def upgrade() -> None:
    for table in _TABLES:
        op.execute(f'alter table yiwang.{table} add party_code text collate "C"')


def downgrade() -> None:
    for table in _TABLES:
        op.execute(f"alter table yiwang.{table} drop party_code")
