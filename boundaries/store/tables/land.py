"""Areas, grids, buildings, addresses: what lies where, and since when."""

from datetime import date
from typing import Any

from geoalchemy2 import WKBElement
from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from boundaries.store.tables.base import (
    Bitemporal,
    Code,
    Row,
    geometry,
    one_at_an_instant,
    periods_not_empty,
    spatial_index,
)

LEVELS = ("city", "district", "street", "community")
GRID_KINDS = ("综合", "专属", "立体")


def _district() -> Mapped[int]:
    return mapped_column(BigInteger, ForeignKey("yiwang.district.id"))


class Area(Row):
    """The identity of a city, district, street or community. Its code is never reused."""

    __tablename__ = "area"
    __table_args__ = (
        UniqueConstraint("district_id", "code"),
        CheckConstraint("level in ('city', 'district', 'street', 'community')", name="level"),
    )

    district_id: Mapped[int] = _district()
    code: Mapped[Code]
    level: Mapped[str]


class AreaVersion(Bitemporal):
    """What an area is called, where it belongs and the outline that was imported for it.

    The area's own shape is the union of its grids; `outline` is kept as its source.
    """

    __tablename__ = "area_version"
    __table_args__ = (
        one_at_an_instant("area_version", "area_id"),
        *periods_not_empty(),
        Index("ix_area_version_area_id", "area_id"),
        spatial_index("area_version", "outline"),
    )

    area_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("yiwang.area.id"))
    parent_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("yiwang.area.id"))
    administered_by_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("yiwang.area.id"))
    name: Mapped[str]
    kind: Mapped[str] = mapped_column(server_default="")  # 居, 村, 街道, 镇, 待设
    provisional: Mapped[bool] = mapped_column(server_default=text("false"))
    outline: Mapped[WKBElement | None] = mapped_column(geometry("MULTIPOLYGON"))
    source: Mapped[str] = mapped_column(server_default="")
    vintage: Mapped[date | None]


class Grid(Row):
    """The identity of a grid. Its code is never reused."""

    __tablename__ = "grid"
    __table_args__ = (UniqueConstraint("district_id", "code"),)

    district_id: Mapped[int] = _district()
    code: Mapped[Code]


class GridVersion(Bitemporal):
    """A grid's shape and community for a time. A 立体 grid has a host and no ground."""

    __tablename__ = "grid_version"
    __table_args__ = (
        one_at_an_instant("grid_version", "grid_id"),
        *periods_not_empty(),
        CheckConstraint("kind in ('综合', '专属', '立体')", name="kind"),
        CheckConstraint("(kind = '立体') = (geom is null)", name="only_stacked_have_no_ground"),
        CheckConstraint("(kind = '立体') = (host_id is not null)", name="only_stacked_have_a_host"),
        Index("ix_grid_version_grid_id", "grid_id"),
        Index("ix_grid_version_community_id", "community_id"),
        spatial_index("grid_version"),
    )

    grid_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("yiwang.grid.id"))
    community_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("yiwang.area.id"))
    net_version_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("yiwang.net_version.id"))
    name: Mapped[str] = mapped_column(server_default="")
    kind: Mapped[str] = mapped_column(server_default="综合")
    group_code: Mapped[str | None]  # links the tiles of one 专属 grid
    host_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("yiwang.grid.id"))
    geom: Mapped[WKBElement | None] = mapped_column(geometry("MULTIPOLYGON"))
    area_m2: Mapped[float | None]
    noded: Mapped[bool] = mapped_column(server_default=text("false"))  # only nodes were inserted
    source: Mapped[str] = mapped_column(server_default="")


class Compound(Bitemporal):
    """A walled neighbourhood (小区)."""

    __tablename__ = "compound"
    __table_args__ = (
        one_at_an_instant("compound", "district_id", "code"),
        *periods_not_empty(),
        spatial_index("compound"),
    )

    district_id: Mapped[int] = _district()
    code: Mapped[Code]
    name: Mapped[str]
    geom: Mapped[WKBElement | None] = mapped_column(geometry("MULTIPOLYGON"))


class Building(Row):
    """The identity of a building."""

    __tablename__ = "building"
    __table_args__ = (UniqueConstraint("district_id", "code"),)

    district_id: Mapped[int] = _district()
    code: Mapped[Code]


class BuildingVersion(Bitemporal):
    """A building's footprint, use and counts for a time. Residents are counted, never named."""

    __tablename__ = "building_version"
    __table_args__ = (
        one_at_an_instant("building_version", "building_id"),
        *periods_not_empty(),
        CheckConstraint("households >= 0 and residents >= 0 and floors >= 0", name="counts"),
        Index("ix_building_version_building_id", "building_id"),
        spatial_index("building_version"),
        spatial_index("building_version", "entrance"),
    )

    building_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("yiwang.building.id"))
    compound_code: Mapped[str | None]
    name: Mapped[str] = mapped_column(server_default="")
    use: Mapped[str] = mapped_column(server_default="")
    floors: Mapped[int | None]
    households: Mapped[int | None]
    residents: Mapped[int | None]
    counts_source: Mapped[str] = mapped_column(server_default="")  # "estimated" where it is a guess
    geom: Mapped[WKBElement] = mapped_column(geometry("MULTIPOLYGON"))
    entrance: Mapped[WKBElement | None] = mapped_column(geometry("POINT"))


class BuildingPart(Bitemporal):
    """A 单元 or a range of floors of one building."""

    __tablename__ = "building_part"
    __table_args__ = (
        one_at_an_instant("building_part", "building_id", "code"),
        *periods_not_empty(),
        Index("ix_building_part_building_id", "building_id"),
    )

    building_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("yiwang.building.id"))
    code: Mapped[Code]
    name: Mapped[str] = mapped_column(server_default="")
    households: Mapped[int | None]


class BuildingGrid(Bitemporal):
    """Which one grid a building belongs to, and why."""

    __tablename__ = "building_grid"
    __table_args__ = (
        one_at_an_instant("building_grid", "building_id"),
        *periods_not_empty(),
        CheckConstraint(
            "because in ('within', 'entrance', 'larger part', 'nearest', 'override')", name="because"
        ),
        Index("ix_building_grid_building_id", "building_id"),
        Index("ix_building_grid_grid_id", "grid_id"),
    )

    building_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("yiwang.building.id"))
    grid_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("yiwang.grid.id"))
    because: Mapped[str]


class PartGrid(Bitemporal):
    """Which 立体 grid a part of a building belongs to; a part without one is its building's grid's."""

    __tablename__ = "part_grid"
    __table_args__ = (
        one_at_an_instant("part_grid", "building_id", "part_code"),
        *periods_not_empty(),
        Index("ix_part_grid_building_id", "building_id"),
        Index("ix_part_grid_grid_id", "grid_id"),
    )

    building_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("yiwang.building.id"))
    part_code: Mapped[Code]
    grid_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("yiwang.grid.id"))


class Address(Bitemporal):
    """One of the texts by which people call a building."""

    __tablename__ = "address"
    __table_args__ = (
        *periods_not_empty(),
        CheckConstraint("kind in ('standard', 'old', 'poi', 'nickname', 'derived')", name="kind"),
        Index("ix_address_building_id", "building_id"),
        Index("ix_address_text", "text"),
    )

    building_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("yiwang.building.id"))
    part_code: Mapped[str | None]
    text: Mapped[Code]
    kind: Mapped[str] = mapped_column(server_default="standard")
    source: Mapped[str] = mapped_column(server_default="")


class Feature(Bitemporal):
    """A road, river reach, park, square or railway."""

    __tablename__ = "feature"
    __table_args__ = (
        one_at_an_instant("feature", "district_id", "code"),
        *periods_not_empty(),
        spatial_index("feature"),
    )

    district_id: Mapped[int] = _district()
    code: Mapped[Code]
    kind: Mapped[str]
    name: Mapped[str] = mapped_column(server_default="")
    geom: Mapped[WKBElement] = mapped_column(geometry("GEOMETRY"))
    properties: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))


class Line(Row):
    """A department's own net, before it is merged into the one net."""

    __tablename__ = "line"
    __table_args__ = (UniqueConstraint("district_id", "code"),)

    district_id: Mapped[int] = _district()
    code: Mapped[Code]
    name: Mapped[str]


class LineArea(Bitemporal):
    """One area of a department's own net, and who of the department answers in it."""

    __tablename__ = "line_area"
    __table_args__ = (
        one_at_an_instant("line_area", "line_id", "code"),
        *periods_not_empty(),
        Index("ix_line_area_line_id", "line_id"),
        spatial_index("line_area"),
    )

    line_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("yiwang.line.id"))
    code: Mapped[Code]
    name: Mapped[str] = mapped_column(server_default="")
    geom: Mapped[WKBElement] = mapped_column(geometry("MULTIPOLYGON"))
    source: Mapped[str] = mapped_column(server_default="")
    party_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("yiwang.party.id"))


class LineMatter(Bitemporal):
    """A matter that goes by a department's own net for a time; each goes by one line at most."""

    __tablename__ = "line_matter"
    __table_args__ = (
        one_at_an_instant("line_matter", "district_id", "matter_code"),
        *periods_not_empty(),
        Index("ix_line_matter_line_id", "line_id"),
    )

    district_id: Mapped[int] = _district()
    line_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("yiwang.line.id"))
    matter_code: Mapped[Code]


class Crosswalk(Bitemporal):
    """What one area of a line has of one grid, and the grid of it, at one net version.

    Shares are 0..1: of the area's ground and households, and of the grid's; none where there are none.
    """

    __tablename__ = "crosswalk"
    __table_args__ = (
        one_at_an_instant("crosswalk", "line_id", "area_code", "grid_id"),
        *periods_not_empty(),
        Index("ix_crosswalk_line_id_area_code", "line_id", "area_code"),
        Index("ix_crosswalk_grid_id", "grid_id"),
    )

    line_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("yiwang.line.id"))
    area_code: Mapped[Code]
    grid_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("yiwang.grid.id"))
    net_version_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("yiwang.net_version.id"))
    area_m2: Mapped[float]
    buildings: Mapped[int]
    households: Mapped[int]
    share_of_area: Mapped[float | None]
    share_of_grid: Mapped[float | None]
    households_of_area: Mapped[float | None]
    households_of_grid: Mapped[float | None]
