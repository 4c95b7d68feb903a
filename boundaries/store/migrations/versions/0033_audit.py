"""Sign-ins are in the audit; of many changed rows a shape becomes JSON only where it changed."""

from pathlib import Path

from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

_KINDS = (
    "alter table yiwang.audit_event drop constraint ck_audit_event_kind, add constraint ck_audit_event_kind"
)
# {pairs}: the place of each row, and the row before and after as JSON. Both sets of rows are in the order in
# which they were changed.
_CHANGES = """
        insert into audit_event (kind, actor, via, origin, request_id, about, operation, count, details)
        select 'write', coalesce({told}->>'actor', ''), coalesce({told}->>'via', ''),
            coalesce({told}->>'origin', ''), coalesce({told}->>'request_id', ''), {about}, 'update',
            count(*), jsonb_build_object('rows', jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
                'id', p.was->'id', 'code', p.was->'code', 'name', p.was->'name', 'number', p.was->'number'))
                || jsonb_build_object('before', d.before, 'after', d.after) order by p.place))
        from ({pairs}) p
        cross join lateral (
            select jsonb_object_agg(b.key, audit_value(b.key, b.value)) as before,
                jsonb_object_agg(b.key, audit_value(b.key, p.became->b.key)) as after
            from jsonb_each(p.was) b
            where b.value is distinct from p.became->b.key and b.key <> 'touched'
        ) d
        where d.before is not null
        group by (p.place - 1) / 1000 order by (p.place - 1) / 1000"""
_WHOLE = """
            select place, o.row as was, n.row as became
            from (select row_number() over () as place, to_jsonb(r) as row from before_rows r) o
            join (select row_number() over () as place, to_jsonb(r) as row from after_rows r) n
                using (place)"""
_LEAN = """
            select audit_place as place, to_jsonb(b) as was, to_jsonb(a) as became
            from (select row_number() over () as audit_place, r.* from before_rows r) o
            join (select row_number() over () as audit_place, r.* from after_rows r) n using (audit_place)
            cross join lateral (select %1$s) b
            cross join lateral (select %2$s) a"""
_PARTS = {
    "{changes of every member}": _CHANGES.format(told="told", about="tg_table_name", pairs=_WHOLE),
    "{changes where a shape is told only if it changed}": _CHANGES.format(told="$1", about="$2", pairs=_LEAN),
}


def upgrade() -> None:
    op.execute(f"{_KINDS} check (kind in ('write', 'read', 'sign-in'))")
    function = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
    for name, part in _PARTS.items():
        function = function.replace(name, part)
    op.execute(function)


def downgrade() -> None:
    # the sign-ins that were written stay; the release before writes no more
    op.execute(f"{_KINDS} check (kind in ('write', 'read')) not valid")
    before = Path(__file__).with_name("0021_audit.sql").read_text(encoding="utf-8")
    begin = before.index("create function yiwang.audit_write()")
    op.execute("create or replace" + before[begin : before.index("$$;", begin) + 3].removeprefix("create"))
