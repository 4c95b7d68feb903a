"""Matters: the tree of what can be asked for. `*` is its root, a 大类 has two digits, a 小类 four."""

from importlib.resources import files
from io import StringIO

import pandas as pd
from sqlalchemy import text
from sqlalchemy.orm import Session

from boundaries.duty.refusals import MatterTreeBroken
from boundaries.land import intake
from boundaries.store.bulk import Tally
from boundaries.store.tables import ANY_MATTER, District

_COLUMNS = ["parent_code", "name", "limit_hours", "public_space", "sensitive"]


def national() -> pd.DataFrame:
    """The classes that every district starts with, as `put` takes them.

    部件 01–05 and 事件 11–16 follow the classes of 城市市政综合监管信息系统 管理部件和事件 (GB/T 30428.2;
    事件 get a leading 1, so that the two do not collide); 21–27 are the departments' own: 党建, 综治, 环保,
    消防, 意识形态, 信访与矛盾纠纷, 物业. 小类 are numbered here, and their limits are working hours to start
    from; a district edits both.
    """
    source = files("boundaries.duty").joinpath("matters.csv").read_text(encoding="utf-8")
    frame = pd.read_csv(StringIO(source), dtype={"code": str, "parent_code": str, "name": str})
    return frame.astype({"limit_hours": "Int64"})


def lineages(session: Session, district: District) -> dict[str, tuple[str, ...]]:
    """Each matter with those above it, itself first, the root last."""
    rows = session.execute(
        text("select code, parent_code from yiwang.matter where district_id = :district"),
        {"district": district.id},
    )
    parents = {row[0]: row[1] for row in rows}
    found = {}
    for code in parents:
        line = [code]
        while (parent := parents.get(line[-1])) is not None and parent not in line:
            line.append(parent)
        found[code] = tuple(line)
    return found


def put(session: Session, district: District, frame: pd.DataFrame) -> Tally:
    """Write matters; those that the frame does not name stay. The root `*` is made if it is missing.

    frame: code, name; optional parent_code (default: the code's first two digits, or the root),
    limit_hours (working hours), public_space, sensitive.
    Raises DuplicateCode, MatterTreeBroken for a parent that is missing or is the matter itself.
    """
    rows = intake.intake(
        frame,
        "matter",
        required=("code", "name"),
        defaults={"parent_code": None, "limit_hours": None, "public_space": False, "sensitive": False},
    )
    intake.refuse_duplicates(rows, "matter", ["code"])
    rows["limit_hours"] = intake.whole_numbers(rows, "matter", "limit_hours")
    before = _existing(session, district)
    if ANY_MATTER not in before.index and ANY_MATTER not in set(rows["code"]):
        root = pd.DataFrame(
            [{"code": ANY_MATTER, "name": "全部事项", "public_space": False, "sensitive": False}]
        )
        rows = pd.concat([root.astype(object), rows]).astype(object)
        rows = rows.where(rows.notna(), None)
    known = set(before.index) | set(rows["code"])
    rows["parent_code"] = pd.Series(
        [
            _parent(code, parent, known)
            for code, parent in zip(rows["code"], rows["parent_code"], strict=True)
        ],
        index=rows.index,
        dtype=object,
    )
    _refuse_broken_tree(rows, before)

    values = list(rows[["code", *_COLUMNS]].itertuples(index=False, name=None))
    old = {
        code: tuple(row)
        for code, row in zip(before.index, before[_COLUMNS].itertuples(index=False), strict=True)
    }
    changed = [row for row in values if row[0] in old and old[row[0]] != row[1:]]
    new = [row for row in values if row[0] not in old]
    if new or changed:
        session.execute(
            text(
                "insert into yiwang.matter (district_id, code, parent_code, name, limit_hours, public_space,"
                " sensitive) select :district, * from unnest(cast(:code as text[]),"
                " cast(:parent_code as text[]), cast(:name as text[]), cast(:limit_hours as int[]),"
                " cast(:public_space as bool[]), cast(:sensitive as bool[]))"
                " on conflict (district_id, code) do update set parent_code = excluded.parent_code,"
                " name = excluded.name, limit_hours = excluded.limit_hours,"
                " public_space = excluded.public_space, sensitive = excluded.sensitive"
            ),
            {
                "district": district.id,
                **{
                    column: [row[position] for row in new + changed]
                    for position, column in enumerate(["code", *_COLUMNS])
                },
            },
        )
    return Tally(
        added=len(new), changed=len(changed), unchanged=len(values) - len(new) - len(changed), retired=0
    )


def _existing(session: Session, district: District) -> pd.DataFrame:
    found = session.execute(
        text(f"select code, {', '.join(_COLUMNS)} from yiwang.matter where district_id = :district"),
        {"district": district.id},
    ).all()
    frame = pd.DataFrame([tuple(row) for row in found], columns=["code", *_COLUMNS], dtype=object)
    return frame.set_index("code")


def _parent(code: str, parent: str | None, known: set[str]) -> str | None:
    if parent is not None or code == ANY_MATTER:
        return parent
    return code[:2] if len(code) > 2 and code[:2] in known else ANY_MATTER


def _refuse_broken_tree(rows: pd.DataFrame, before: pd.DataFrame) -> None:
    parents = {**before["parent_code"].to_dict(), **dict(zip(rows["code"], rows["parent_code"], strict=True))}
    for row, code in rows["code"].items():
        seen = [code]
        while (parent := parents.get(seen[-1])) is not None:
            if parent not in parents or parent in seen:
                raise MatterTreeBroken(value=code, parent=parent, row=row)
            seen.append(parent)
