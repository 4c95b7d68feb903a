"""The few words of a report, in two languages."""

from web_map.report.data import Lang

_WORDS: dict[str, tuple[str, str]] = {
    "grids": ("网格", "Grids"),
    "hexagons": ("六边形", "Hexagons"),
    "heat": ("热力", "Heat"),
    "each": ("件/格", "incidents in each"),
    "per_km2": ("件/km²", "incidents per km²"),
    "legend": ("图例", "Legend"),
    "none": ("无数据", "no value"),
    "zero": ("零", "zero"),
    "total": ("事件总数", "Incidents"),
    "period": ("时段", "Period"),
    "area": ("范围", "Area"),
    "matter": ("事项", "Matter"),
    "over_time": ("按时间", "Over time"),
    "top": ("最密集的网格", "Densest grids"),
    "by_matter": ("按事项", "By matter"),
    "hotspots": ("热点网格", "Hot spots"),
    "no_hotspots": ("没有超出预期的聚集。", "Nothing gathers beyond expectation."),
    "code": ("编码", "Code"),
    "name": ("名称", "Name"),
    "count": ("件数", "Count"),
    "notes": ("说明", "Notes"),
    "map": ("地图", "Map"),
}


def word(key: str, lang: Lang) -> str:
    """The word for a key."""
    return _WORDS[key][0 if lang == "zh" else 1]
