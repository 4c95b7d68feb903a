"""Which 立体 grid a part of a building belongs to."""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_APP = "yiwang_app"


def upgrade() -> None:
    op.execute(_TABLE)
    op.execute("create index ix_part_grid_building_id on yiwang.part_grid (building_id)")
    op.execute("create index ix_part_grid_grid_id on yiwang.part_grid (grid_id)")
    op.execute(
        "create trigger only_close_recorded before update on yiwang.part_grid"
        " for each row execute function yiwang.only_close_recorded()"
    )
    op.execute(
        "create trigger never_deleted before delete or truncate on yiwang.part_grid"
        " for each statement execute function yiwang.never_deleted()"
    )
    op.execute(f"grant select, insert, update (recorded) on yiwang.part_grid to {_APP}")


def downgrade() -> None:
    op.execute("drop table yiwang.part_grid")


_TABLE = """
create table yiwang.part_grid (
    building_id bigint not null,
    part_code text collate "C" not null,
    grid_id bigint not null,
    valid tstzrange not null,
    recorded tstzrange not null,
    id bigint generated always as identity,
    constraint pk_part_grid primary key (id),
    constraint ex_part_grid_one_at_an_instant exclude using gist
        (building_id with =, part_code with =, valid with &&) where (upper_inf(recorded))
        deferrable initially deferred,
    constraint ck_part_grid_valid_not_empty check (not isempty(valid)),
    constraint ck_part_grid_recorded_not_empty check (not isempty(recorded)),
    constraint fk_part_grid_building_id foreign key (building_id) references yiwang.building (id),
    constraint fk_part_grid_grid_id foreign key (grid_id) references yiwang.grid (id)
)
"""
