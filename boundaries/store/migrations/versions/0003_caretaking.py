"""Caretaking (代管), leave, and more roles of which a place has only one."""

from pathlib import Path

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_APP = "yiwang_app"
_BITEMPORAL = ("leave", "caretaking")


def upgrade() -> None:
    # Two firms at once for one compound could be written before: the one that came first gives way on
    # the day on which the other began. A row is closed and its remainder recorded, as in any write.
    op.execute(_ONE_OF_TWO)
    op.execute("set constraints all immediate")  # else the checks that wait forbid to alter the table
    op.execute(Path(__file__).with_name("0003_caretaking.sql").read_text(encoding="utf-8"))
    for table in _BITEMPORAL:
        op.execute(
            f"create trigger only_close_recorded before update on yiwang.{table}"
            " for each row execute function yiwang.only_close_recorded()"
        )
        op.execute(
            f"create trigger never_deleted before delete or truncate on yiwang.{table}"
            " for each statement execute function yiwang.never_deleted()"
        )
        op.execute(f"grant select, insert, update (recorded) on yiwang.{table} to {_APP}")
    op.execute(f"grant select, insert on yiwang.caretaking_act to {_APP}")


def downgrade() -> None:
    for table in ("caretaking_act", "caretaking", "leave"):
        op.execute(f"drop table yiwang.{table}")
    op.execute("delete from yiwang.matter_alias where matter_code is null")
    op.execute("alter table yiwang.matter_alias alter column matter_code set not null, drop column name")
    op.execute(
        "alter table yiwang.duty drop constraint ck_duty_micro_place,"
        " drop constraint ex_duty_one_at_an_instant, drop constraint ck_duty_role,"
        " drop constraint ck_duty_only_departments_by_matter"
    )
    # 'not valid': duties in the newer roles stay in the register, as nothing is ever deleted from it
    op.execute(
        "alter table yiwang.duty add constraint ck_duty_role check (role in ('leader', 'deputy', 'staff',"
        " 'lead', 'co', 'desk', 'property', 'committee', 'police', 'branch')) not valid,"
        " add constraint ck_duty_only_departments_by_matter"
        " check (role in ('lead', 'co') or matter_code = '*') not valid,"
        " add constraint ex_duty_one_at_an_instant exclude using gist"
        " (place with =, role with =, matter_code with =, valid with &&)"
        " where (upper_inf(recorded) and role in ('leader', 'lead')) deferrable initially deferred"
    )


_ONE_OF_TWO = """
with now as (select greatest(clock_timestamp(), last_recorded + interval '1 microsecond') as stamp
             from yiwang.register_clock),
cut as (
    select a.id, range_agg(b.valid) as cut from yiwang.duty a join yiwang.duty b
        on a.place = b.place and a.role = b.role and a.matter_code = b.matter_code and a.valid && b.valid
        and upper_inf(a.recorded) and upper_inf(b.recorded)
        and (coalesce(lower(b.valid), '-infinity'), b.id) > (coalesce(lower(a.valid), '-infinity'), a.id)
    where a.role in ('property', 'committee') group by a.id
), closed as (
    update yiwang.duty d set recorded = tstzrange(lower(d.recorded), now.stamp) from cut, now
    where d.id = cut.id
    returning d.district_id, d.party_id, d.role, d.matter_code, d.area_id, d.grid_id, d.building_id,
        d.part_code, d.compound_code, d.feature_code, d.shift, d.details, d.valid, cut.cut, now.stamp
), kept as (
    insert into yiwang.duty (district_id, party_id, role, matter_code, area_id, grid_id, building_id,
        part_code, compound_code, feature_code, shift, details, valid, recorded)
    select district_id, party_id, role, matter_code, area_id, grid_id, building_id, part_code,
        compound_code, feature_code, shift, details, remainder, tstzrange(stamp, null)
    from closed, unnest(tstzmultirange(valid) - cut) as remainder
    returning 1
)
update yiwang.register_clock set last_recorded = now.stamp, revision = revision + 1 from now
where exists (select from closed)
"""
