"""Does everything that a row refers to exist, and do the codes fit one another?"""

from collections.abc import Collection
from typing import Any

import pandas as pd

from boundaries.land.codes import CN_SCHEME, AreaCode, GridCode
from boundaries.land.importing.known import Known
from boundaries.land.importing.sieve import Sieve
from boundaries.store.tables import LEVELS

_RANK = {level: rank for rank, level in enumerate(LEVELS)}


def areas(frame: pd.DataFrame, scheme: str, known: Known, sieve: Sieve) -> None:
    """Fill level and parent from the code where the scheme says so, and check both; in place."""
    for name in ("level", "parent_code", "administered_by_code"):
        if name not in frame:
            frame[name] = pd.Series([None] * len(frame), dtype=object)
    if scheme == CN_SCHEME:
        _derive(frame, known, sieve)
    for position in frame.index[~sieve.bad]:
        if _at(frame, position, "level") is None:
            sieve.refuse(
                position,
                "level",
                None,
                "missing-value",
                "the level is not said; --set level=community",
                {"rule": "level-missing"},
            )
    while True:  # a refused parent takes its children along
        before = int(sieve.bad.sum())
        _check_parents(frame, known, sieve)
        if int(sieve.bad.sum()) == before:
            break


def grids(frame: pd.DataFrame, scheme: str, known: Known, sieve: Sieve) -> None:
    """Fill the community from the code where the scheme says so, and check it; in place."""
    if "community_code" not in frame:
        frame["community_code"] = pd.Series([None] * len(frame), dtype=object)
    for position in frame.index[~sieve.bad]:
        code = GridCode(_at(frame, position, "code"), scheme)
        community = _at(frame, position, "community_code")
        own = code.community
        if community is None and own is not None:
            frame.at[position, "community_code"] = community = own.text
        if community is None:
            sieve.refuse(position, "community_code", None, "missing-value", "the community is not said")
        elif own is not None and own.text != community:
            sieve.refuse(
                position,
                "code",
                code.text,
                "code-does-not-fit-parent",
                f"its digits name the community {own.text}, the row says {community}",
                {"rule": "parent-other-digits", "own": own.text, "said": community},
            )
        elif community not in known.levels:
            sieve.refuse(
                position,
                "community_code",
                community,
                "unknown-parent",
                *_unknown("area", community, known.levels),
            )
        elif known.levels[community] != "community":
            level = known.levels[community]
            facts = {"rule": "not-a-community", "level": level}
            sieve.refuse(position, "community_code", community, "unknown-parent", f"this is a {level}", facts)


def one_leader(frame: pd.DataFrame, sieve: Sieve) -> None:
    """Fill the role, and refuse a second leader of the same grid; in place."""
    if "role" not in frame:
        frame["role"] = pd.Series([None] * len(frame), dtype=object)
    frame["role"] = frame["role"].where(frame["role"].notna(), "leader")
    first: dict[str, int] = {}
    for position in frame.index[~sieve.bad & (frame["role"] == "leader").to_numpy(dtype=bool)]:
        grid, name = _at(frame, position, "grid_code"), _at(frame, position, "name")
        earlier = first.setdefault(grid, position)
        if earlier != position and (other := _at(frame, earlier, "name")) != name:
            reason = f"row {sieve.row(earlier)} names {other} as the leader of {grid}: a grid has one"
            facts = {"row": sieve.row(earlier), "name": other, "grid": grid}
            sieve.refuse(position, "name", name, "second-leader", reason, facts)


def reference(frame: pd.DataFrame, field: str, what: str, codes: Collection[str], sieve: Sieve) -> None:
    """Refuse rows whose `field` names nothing that the register holds."""
    known = frame[field].isna() | frame[field].isin(list(codes))
    for position in frame.index[~sieve.bad & ~known.to_numpy(dtype=bool)]:
        code = _at(frame, position, field)
        sieve.refuse(position, field, code, "unknown-code", *_unknown(what, code, codes))


def _derive(frame: pd.DataFrame, known: Known, sieve: Sieve) -> None:
    here = set(frame.loc[~sieve.bad, "code"])
    for position in frame.index[~sieve.bad]:
        code = AreaCode.parse(_at(frame, position, "code"))
        said = _at(frame, position, "level")
        if said not in (None, code.level):
            sieve.refuse(
                position,
                "level",
                said,
                "code-does-not-fit-level",
                f"{code} is the code of a {code.level}",
                {"code": code.text, "level": code.level},
            )
            continue
        frame.at[position, "level"] = code.level
        own, parent = code.parent, _at(frame, position, "parent_code")
        if parent is None and own is not None:
            there = own.text in here or own.text in known.levels
            top = code.level == "district"  # its city need not be in the register
            frame.at[position, "parent_code"] = None if top and not there else own.text
        elif parent is not None and not code.fits(AreaCode.parse(parent)):
            sieve.refuse(
                position,
                "parent_code",
                parent,
                "code-does-not-fit-parent",
                f"{code} does not begin with its parent's code; where only the administration differs, say so"
                " in administered_by_code",
                {"rule": "parent-not-begun", "code": code.text},
            )
        actual = _at(frame, position, "administered_by_code")
        if actual is not None and not code.fits(AreaCode.parse(actual)):
            sieve.note(position, "administered-elsewhere", "another area administers it than its code says")


def _check_parents(frame: pd.DataFrame, known: Known, sieve: Sieve) -> None:
    sound = frame[~sieve.bad]
    levels = {**known.levels, **dict(zip(sound["code"], sound["level"], strict=True))}
    for position in frame.index[~sieve.bad]:
        for field in ("parent_code", "administered_by_code"):
            parent = _at(frame, position, field)
            if parent is None:
                continue
            if parent not in levels:
                sieve.refuse(position, field, parent, "unknown-parent", *_unknown("area", parent, levels))
            elif field == "parent_code" and _RANK[levels[parent]] >= _RANK[_at(frame, position, "level")]:
                sieve.refuse(
                    position,
                    field,
                    parent,
                    "code-does-not-fit-parent",
                    f"this is a {levels[parent]}",
                    {"rule": "parent-level", "level": levels[parent]},
                )


def _at(frame: pd.DataFrame, position: int, field: str) -> Any:
    return frame.at[position, field]


def _unknown(what: str, code: str, codes: Collection[str]) -> tuple[str, dict[str, Any]]:
    """The reason and its facts, with the code that was meant where a spreadsheet took zeros off its front."""
    reason = f"the register has no such {what}"
    if code.isdigit():
        meant = [
            zeros for zeros in (code.zfill(width) for width in range(len(code) + 1, 16)) if zeros in codes
        ]
        if meant:
            told = f"{reason}, but it has {meant[0]}: a spreadsheet took the zeros off; use a text column"
            return told, {"rule": "zeros-lost", "meant": meant[0]}
    return reason, {"what": what}
