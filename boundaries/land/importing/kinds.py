"""What can be imported: the fields of each kind, and the column names under which people keep them."""

from dataclasses import dataclass
from typing import Final

from boundaries.land.importing.errors import UnknownKind

# How a cell becomes a value; see values.py.
CODE: Final = "code"  # the code of the thing itself, or of another thing
TEXT: Final = "text"
COUNT: Final = "count"  # a whole number from 0
NUMBER: Final = "number"
FLAG: Final = "flag"
DATE: Final = "date"
INSTANT: Final = "instant"
PHONE: Final = "phone"


@dataclass(frozen=True, slots=True)
class Field:
    """One value of a row. names: usual column names, the most telling first; choices: allowed values."""

    name: str
    reads: str
    names: tuple[str, ...]
    needed: bool = False
    choices: tuple[str, ...] = ()


def _field(
    name: str, reads: str, *more_names: str, needed: bool = False, choices: tuple[str, ...] = ()
) -> Field:
    """A field that is found under its own name and under those in `more_names`, spaces between them."""
    return Field(name, reads, (name, *" ".join(more_names).split()), needed, choices)


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of import. shape: polygon, point or none; shape_needed: a row without one is refused."""

    name: str
    fields: tuple[Field, ...]
    shape: str = "none"
    shape_needed: bool = False
    unique: tuple[str, ...] = ("code",)

    def field(self, name: str) -> Field | None:
        """The field of this name."""
        return next((field for field in self.fields if field.name == name), None)


# Not stored: they say where the shape is, in a table without geometry.
PLACE = (
    _field("wkt", TEXT, "geometry geom 几何 边界 坐标串 空间范围 the_geom"),
    _field("lon", NUMBER, "lng longitude 经度 x 坐标x x坐标 东坐标 横坐标 easting"),
    _field("lat", NUMBER, "latitude 纬度 y 坐标y y坐标 北坐标 纵坐标 northing"),
)

_SOURCE = _field("source", TEXT, "来源 数据来源")

AREAS = Kind(
    "areas",
    (
        _field(
            "code",
            CODE,
            "区划代码 行政区划代码 统计用区划代码 社区编码 社区代码 村(社区)编码 街道编码 区域编码",
            "编码 代码",
            needed=True,
        ),
        _field(
            "name",
            TEXT,
            "区划名称 社区名称 村(社区)名称 村名称 社区 街道名称 区域名称 名称 label",
            needed=True,
        ),
        _field("level", TEXT, "级别 层级 行政级别", choices=("city", "district", "street", "community")),
        _field("parent_code", CODE, "parent 上级编码 上级代码 上级区划代码 所属街道编码 所属镇编码 父级编码"),
        _field("kind", TEXT, "类型 区划类型 城乡分类"),
        _field("provisional", FLAG, "待设 是否待设"),
        _field("administered_by_code", CODE, "administered_by 代管编码 实际管辖编码"),
        _SOURCE,
        _field("vintage", DATE, "数据日期 更新日期 年份"),
    ),
    shape="polygon",
)

GRIDS = Kind(
    "grids",
    (
        _field(
            "code",
            CODE,
            "网格编码 网格代码 网格编号 网格code grid_code gridcode grid_id 编码 代码 label",
            needed=True,
        ),
        _field(
            "community_code",
            CODE,
            "community 所属社区编码 社区编码 社区代码 所属社区代码 村(社区)编码 所属社区",
        ),
        _field("name", TEXT, "网格名称 网格名 grid_name 名称"),
        _field("kind", TEXT, "网格类型 网格类别 类型", choices=("综合", "专属", "立体")),
        _field("group_code", CODE, "专属网格组 组编码"),
        _field("host_code", CODE, "宿主网格编码 所在网格编码"),
        _SOURCE,
    ),
    shape="polygon",
)

BUILDINGS = Kind(
    "buildings",
    (
        _field(
            "code",
            CODE,
            "楼栋编码 建筑编码 楼栋代码 楼栋编号 建筑物编码 building_code building_id 编码 osm_id id",
            needed=True,
        ),
        _field("name", TEXT, "楼栋名称 建筑名称 楼栋 名称"),
        _field("use", TEXT, "用途 建筑用途 房屋用途 building"),
        _field("floors", COUNT, "层数 楼层数 总层数 地上层数 building:levels"),
        _field("households", COUNT, "户数 总户数 住户数"),
        _field("residents", COUNT, "人数 常住人口 人口 居住人数"),
        _field("counts_source", TEXT, "数据口径 统计来源"),
        _field("compound_code", CODE, "小区编码 小区代码 所属小区编码"),
        _field("entrance_lon", NUMBER, "入口经度 大门经度"),
        _field("entrance_lat", NUMBER, "入口纬度 大门纬度"),
    ),
    shape="polygon",
    shape_needed=True,
)

COMPOUNDS = Kind(
    "compounds",
    (
        _field("code", CODE, "小区编码 小区代码 compound_code 编码 代码", needed=True),
        _field("name", TEXT, "小区名称 小区 名称", needed=True),
    ),
    shape="polygon",
)

ADDRESSES = Kind(
    "addresses",
    (
        _field("building_code", CODE, "楼栋编码 建筑编码 所属楼栋编码", needed=True),
        _field("text", TEXT, "地址 标准地址 详细地址 门牌地址 address", needed=True),
        _field("part_code", CODE, "单元编码 单元"),
        _field("kind", TEXT, "地址类型 类型", choices=("standard", "old", "poi", "nickname", "derived")),
        _SOURCE,
    ),
    unique=(
        "building_code",
        "part_code",
        "text",
        "kind",
    ),
)

LEADERS = Kind(
    "leaders",
    (
        _field("grid_code", CODE, "网格编码 网格代码 网格编号 所属网格编码 code 编码", needed=True),
        _field("name", TEXT, "姓名 网格长 网格长姓名 网格员 网格员姓名 负责人", needed=True),
        _field("phone", PHONE, "联系电话 电话 手机 手机号 手机号码 联系方式"),
        _field("role", TEXT, "角色 岗位 人员类别 身份", choices=("leader", "deputy", "staff")),
        _field("post", TEXT, "职务 职位"),
        _field("party_code", CODE, "工号 人员编码 人员编号"),
    ),
    unique=(
        "grid_code",
        "role",
        "name",
        "phone",
    ),
)

LINES = Kind(
    "lines",
    (
        _field("code", CODE, "编码 代码 编号 网格编码 辖区编码 gis_id id", needed=True),
        _field("name", TEXT, "名称 辖区名称 网格名称 label"),
        _field("party_code", CODE, "责任主体编码 责任单位编码 工号"),
        _field("party_name", TEXT, "责任主体 责任单位 责任人 负责人 姓名"),
        _field("party_kind", TEXT, "责任主体类型", choices=("person", "organisation")),
        _field("phone", PHONE, "联系电话 电话 手机 手机号 手机号码 值班电话"),
        _SOURCE,
    ),
    shape="polygon",
    shape_needed=True,
)

INCIDENTS = Kind(
    "incidents",
    (
        _field("external_ref", CODE, "incident_id 案件编号 事件编号 工单编号 工单号 编号", needed=True),
        _field("happened_at", INSTANT, "time 发生时间 上报时间 受理时间 立案时间 时间", needed=True),
        _field("matter_code", CODE, "事项编码 案件类别编码 小类编码 类别编码"),
        _field("source", TEXT, "来源 问题来源 agency 案件来源"),
        _field("resolved_at", INSTANT, "resolved 办结时间 结案时间"),
        _field("due_at", INSTANT, "due 截止时间 应办结时间"),
        _field("accuracy_m", NUMBER, "accuracy 定位精度 精度"),
    ),
    shape="point",
    shape_needed=True,
    unique=("external_ref",),
)

# Columns that are fields of the row's kind of element come beside these.
ELEMENTS = Kind(
    "elements",
    (
        _field("code", CODE, "要素编码 要素编号 element_code 编码 编号", needed=True),
        _field("kind", TEXT, "要素类别 要素类型 element_kind 类别 类型", needed=True),
        _field("name", TEXT, "要素名称 名称"),
        _field("count", COUNT, "人数 数量"),
        _field("building", CODE, "楼栋编码 所属楼栋编码 building_code"),
        _field("grid", CODE, "网格编码 所属网格编码 grid_code"),
        _SOURCE,
    ),
    shape="point",
)

KINDS = {
    kind.name: kind
    for kind in (AREAS, GRIDS, BUILDINGS, COMPOUNDS, ADDRESSES, LEADERS, LINES, INCIDENTS, ELEMENTS)
}


def kind_named(name: str) -> Kind:
    """The kind. Raises UnknownKind with those there are."""
    if name not in KINDS:
        raise UnknownKind(name, tuple(KINDS))
    return KINDS[name]
