"""What an answer says in words, in Chinese and English. Codes are stable; words may change."""

from typing import Any, Literal

Lang = Literal["zh", "en"]

_WORDS: dict[str, tuple[str, str]] = {
    # why
    "point_in_grid": ("点位 → 网格 {grid}{grid_name}", "point → grid {grid}{grid_name}"),
    "point_in_building": (
        "点位 → 建筑 {building}{building_name}",
        "point → building {building}{building_name}",
    ),
    "building_to_grid": (
        "建筑 {building}{building_name} → 网格 {grid}{grid_name}（{because}）",
        "building {building}{building_name} → grid {grid}{grid_name} ({because})",
    ),
    "address_to_building": ("地址“{text}” → 建筑 {building}", "address “{text}” → building {building}"),
    "grid_in_areas": ("网格 → {areas}", "grid → {areas}"),
    "grid_to_leader": ("网格 → 网格长 {party}", "grid → leader {party}"),
    "matter_to_department": (
        "事项 {matter} {matter_name} → 牵头部门 {party}（按 {by_matter}，{place}）",
        "matter {matter} {matter_name} → lead department {party} (by {by_matter}, {place})",
    ),
    "matter_by_line": (
        "事项 {matter} {matter_name} 仍按“{line}”部门网格办理 → {party}（{place}）",
        "matter {matter} {matter_name} goes by the net of {line} → {party} ({place})",
    ),
    "on_feature": ("点位在 {feature}（{kind}）上", "the point lies on {feature} ({kind})"),
    "grid_to_caretaker": (
        "网格 → 无网格长，由代管社区 {caretaker} 的 {party} 负责",
        "grid → no leader: {party} of {caretaker}, which takes care of it",
    ),
    "matter_ruled": (
        "事项 {matter} {matter_name} → 裁定由 {party} 牵头（{place}）",
        "matter {matter} {matter_name} → ruled: {party} leads ({place})",
    ),
    # why a building belongs to a grid
    "within": ("整栋在网格内", "wholly within"),
    "entrance": ("边界穿楼，按主入口", "cut by a border: its main entrance"),
    "larger part": ("边界穿楼，按较大部分", "cut by a border: its larger part"),
    "nearest": ("最近的网格", "the nearest grid"),
    "override": ("人工指定", "set by hand"),
    "stacked": ("所在单元属立体网格", "its part is of a stacked grid"),
    "ground": ("按所在地面", "by the ground it stands on"),
    # roles and places
    "on duty": ("当班网格员", "on duty"),
    "deputy": ("副网格长", "deputy"),
    "leader": ("网格长", "leader"),
    "property tier": ("物业主管层级", "property office of this tier"),
    "property_to_tier": (
        "物业事项 → 由 {party} 受理（辖区 {place}）",
        "matter of property → {party} takes it (area {place})",
    ),
    "feature leader": ("路长、河长", "head of the road or river"),
    "micro": ("微网格长", "leader of the micro-grid"),
    "line lead": ("部门网格责任人", "answers in the department's own net"),
    "caretaker leader": ("代管社区负责人", "head of the caretaking community"),
    "caretaker desk": ("代管社区值班", "caretaker's desk"),
    "community desk": ("社区值班", "community desk"),
    "street desk": ("街道值班", "street desk"),
    "district desk": ("区级值班", "district desk"),
    "city desk": ("市级值班", "city desk"),
    "part": ("单元", "part"),
    "building": ("建筑", "building"),
    "compound": ("小区", "compound"),
    "feature": ("路段或水体", "feature"),
    "line": ("部门网格片区", "area of the line"),
    "grid": ("网格", "grid"),
    "area": ("辖区", "area"),
    "role staff": ("网格员", "staff"),
    "role micro": ("微网格长", "leader of the micro-grid"),
    "role deputy": ("副网格长", "deputy"),
    "role leader": ("负责人", "leader"),
    "role desk": ("值班台", "desk"),
    "role police": ("民警", "police"),
    "role property": ("物业", "property"),
    "role committee": ("业主委员会", "owners' committee"),
    "role branch": ("党组织", "party branch"),
    "role lead": ("牵头部门", "lead department"),
    "role ruling": ("裁定牵头", "lead by ruling"),
    "role co": ("配合部门", "co-department"),
    # warnings
    "near_border": (
        "距网格边界仅 {metres} 米：本网格 {grid}{grid_name}，相邻网格 {neighbour}{neighbour_name}；"
        "由本网格首接负责",
        "{metres} m from the border between grid {grid}{grid_name} and grid {neighbour}{neighbour_name};"
        " the former owns the place and takes it first",
    ),
    "near_feature": (
        "距{feature}边缘仅 {metres} 米：此处属{first}，另一侧属{other}；由{first}首接负责",
        "{metres} m from the edge of {feature}: here {first}, on the other side {other};"
        " {first} owns the place and takes it first",
    ),
    "caretaker": (
        "{area} 尚未设立，由 {caretaker} 代管（{review} 前复核）",
        "{area} has no committee yet: {caretaker} takes care of it (review by {review})",
    ),
    "caretaker_overdue": (
        "{area} 由 {caretaker} 代管，复核日期 {review} 已过",
        "{area} is in the care of {caretaker}, and the review of {review} is overdue",
    ),
    "away": ("{party} 请假，请联系当班人员", "{party} is on leave: call those on duty"),
    "net_changes": (
        "网格 {grid} 将于 {since} 调整，届时请重新查询",
        "grid {grid} changes on {since}: ask again then",
    ),
    "no_leader": ("网格 {grid} 现无网格长", "grid {grid} has no leader"),
    "no_department": ("事项 {matter} 在此无牵头部门", "no department leads matter {matter} here"),
    "line_leaves_out": (
        "事项 {matter} 按“{line}”部门网格办理，但此处无其责任人",
        "matter {matter} goes by the net of {line}, which names nobody here",
    ),
    "line_needs_place": (
        "事项 {matter} 按“{line}”部门网格办理，请给出具体地点",
        "matter {matter} goes by the net of {line}: name a place, not a grid",
    ),
    "no_street_desk": ("街道 {street} 未设值班电话", "street {street} has no desk"),
    "cut_building": (
        "建筑 {building} 被网格边界穿过，归属 {grid}（{because}）",
        "a border cuts building {building}; it belongs to {grid} ({because})",
    ),
    "building_in_other_grid": (
        "点位所在建筑 {building} 归属另一网格 {grid}",
        "the building {building} at this point belongs to another grid, {grid}",
    ),
    "ground_in_other_grid": (
        "建筑所在地面属网格 {grid}，建筑归属不同",
        "the building stands on the ground of grid {grid}, and belongs to another",
    ),
    "building_not_assigned": ("建筑 {building} 尚未归入网格", "building {building} is in no grid yet"),
    "nearest_grid_suggested": (
        "该处无网格覆盖；最近的网格 {grid} 相距 {metres} 米，仅供参考",
        "no grid covers this place; {grid} is the nearest, {metres} m away: a suggestion",
    ),
    "chain_upwards": ("按属地由 {area} 兜底", "{area} answers, being the area it lies in"),
    "outside_district": ("该处不在{district}范围内", "this place lies outside {district}"),
    "part_needed": ("同一建筑各单元的责任人不同，请给出单元", "the parts of this building differ: name one"),
    "not_yet_in_force": ("网格图自 {since} 起生效", "the net takes effect on {since}"),
    "grid_not_yet_in_force": ("网格 {grid} 自 {since} 起生效", "grid {grid} takes effect on {since}"),
    "several_addresses": ("多处同名，请选择", "several places are called so: choose one"),
    "words_to_building": (
        "“{text}” → 建筑 {building}（{name}）",
        "“{text}” → building {building} ({name})",
    ),
    "words_in_doubt": ("所说地点不能确定，请选择", "the words do not settle the place: choose one"),
    # why a place may be meant
    "code": ("编码相同", "its code"),
    "standard_address": ("标准地址相同", "its standard address"),
    "old_address": ("曾用地址", "its old address"),
    "poi_address": ("名称相同", "its name"),
    "nickname_address": ("俗称", "its nickname"),
    "derived_address": ("推导地址", "an address derived for it"),
    "house_number": ("门牌号相符", "road and number fit"),
    "name_and_number": ("名称与楼号相符", "name and number fit"),
    "no_such_number": ("无此号码", "there is no such number"),
    "near_number": ("号码最近", "the nearest number"),
    "landmark": ("所说的参照物", "the landmark that was named"),
    "near_landmark": ("参照物附近", "near the landmark"),
    "other_grid": ("属另一网格", "in another grid"),
    "crossing": ("路口", "the crossing"),
    "road": ("道路", "the road"),
    "same_text": ("文字相同", "same text"),
    "similar_text": ("文字相近", "similar text"),
    "administered_elsewhere": (
        "{area} 由 {by} 实际管理",
        "{area} is administered by {by}",
    ),
}


def say(key: str, lang: Lang, **facts: Any) -> str:
    """The words for `key`. Unknown keys are an error, so that none goes missing unseen."""
    return _WORDS[key][0 if lang == "zh" else 1].format(**facts)


def keys() -> frozenset[str]:
    """Every key that can be said."""
    return frozenset(_WORDS)


def in_brackets(name: str, lang: Lang) -> str:
    """`name` in brackets after a code, or nothing."""
    return "" if not name else f"（{name}）" if lang == "zh" else f" ({name})"
