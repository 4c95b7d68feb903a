"""What the register already holds that an import refers to: read once, asked often."""

from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from boundaries.store.bitemporal import as_of
from boundaries.store.tables import Area, AreaVersion, Building, Compound, District, Grid, Matter


@dataclass(frozen=True)
class Known:
    """Codes of one district. levels: area → level; by_name: a community's or street's name → codes."""

    levels: dict[str, str] = field(default_factory=dict)
    by_name: dict[str, list[str]] = field(default_factory=dict)
    grids: frozenset[str] = frozenset()
    buildings: frozenset[str] = frozenset()
    compounds: frozenset[str] = frozenset()
    matters: frozenset[str] = frozenset()

    @classmethod
    def of(cls, session: Session, district: District) -> "Known":
        """Everything that an import may refer to."""
        areas = session.execute(select(Area.code, Area.level).where(Area.district_id == district.id)).all()
        names = session.execute(
            select(AreaVersion.name, Area.code)
            .join(Area, Area.id == AreaVersion.area_id)
            .where(Area.district_id == district.id, as_of(AreaVersion))
        ).all()
        by_name: dict[str, list[str]] = {}
        for name, code in names:
            by_name.setdefault(name, []).append(code)

        def codes(table: type[Grid] | type[Building] | type[Compound] | type[Matter]) -> frozenset[str]:
            return frozenset(session.scalars(select(table.code).where(table.district_id == district.id)))

        return cls(
            {row[0]: row[1] for row in areas},
            by_name,
            codes(Grid),
            codes(Building),
            codes(Compound),
            codes(Matter),
        )
