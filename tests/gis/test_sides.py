"""四至 of a square of 1,000 m (EPSG:4547), drawn by hand. North is up."""

import numpy as np
import pytest
import shapely
from shapely.geometry import LineString, Polygon

from gis.frames import MetricFrame
from gis.sides import SIDES, sides, sides_text

FRAME = MetricFrame.of(4547)
ORIGIN = FRAME.points([(112.85, 35.5)])[0]


def lonlat(*metres: tuple[float, float]) -> np.ndarray:  # type: ignore[type-arg]
    return FRAME.lonlat(ORIGIN + np.array(metres, dtype=float))


def line(*metres: tuple[float, float]) -> LineString:
    return LineString(lonlat(*metres))


SQUARE = Polygon(lonlat((0, 0), (1000, 0), (1000, 1000), (0, 1000)))


def named(*lines: tuple[str, LineString]) -> dict[str, list[tuple[str, float]]]:
    found = sides(SQUARE, [shape for _, shape in lines], [name for name, _ in lines], metric_crs=4547)
    return {side: [(one.name, round(one.share, 2)) for one in found[side]] for side in SIDES}


def test_each_side_names_the_road_or_river_along_it() -> None:
    found = named(
        ("泽州路", line((1008, -300), (1008, 1300))),  # 8 m east of the border
        ("凤台街", line((-200, 0), (1200, 0))),
        ("护城河", line((0, -50), (0, 400))),  # the lower 400 m of the western side
        ("建设路", line((0, 400), (0, 1200))),  # the rest
    )
    assert found == {
        "东": [("泽州路", 1.0)],
        "西": [("建设路", 0.6), ("护城河", 0.4)],
        "南": [("凤台街", 1.0)],
        "北": [],
    }


def test_the_text_leaves_out_what_is_short_and_says_where_nothing_is() -> None:
    lines = [line((1000, 0), (1000, 900)), line((1005, 890), (1005, 1000)), line((0, 1000), (1000, 1000))]
    found = sides(SQUARE, lines, ["泽州路", "短巷", "文昌街"], metric_crs=4547)
    assert [(a.name, a.metres) for a in found["东"]] == [
        ("泽州路", pytest.approx(900, abs=6)),
        ("短巷", pytest.approx(100, abs=6)),
    ]
    assert sides_text(found) == "东至泽州路，西至—，南至—，北至文昌街"


def test_a_street_that_crosses_the_border_or_runs_inside_bounds_nothing() -> None:
    across, inside = line((500, 500), (1500, 500)), line((950, 0), (950, 1000))
    assert named(("横街", across), ("内街", inside), ("", line((1000, 0), (1000, 1000)))) == {
        side: [] for side in SIDES
    }


def test_the_nearer_of_two_parallel_lines_is_named_and_the_drawing_direction_does_not_matter() -> None:
    road, river = line((1006, 0), (1006, 1000)), line((1003, 1000), (1003, 0))
    assert named(("路", road), ("河", river))["东"] == [("河", 1.0)]
    turned = shapely.reverse(SQUARE)
    assert sides(turned, [road], ["路"], metric_crs=4547)["东"][0].share == pytest.approx(1.0)


def test_the_edge_of_a_lake_counts_and_a_hole_has_no_side() -> None:
    lake = Polygon(lonlat((1000, 0), (1400, 0), (1400, 1000), (1000, 1000)))
    holed = Polygon(SQUARE.exterior, [lonlat((400, 400), (600, 400), (600, 600), (400, 600))])
    found = sides(holed, [lake, line((600, 400), (600, 600))], ["白马湖", "院墙"], metric_crs=4547)
    assert [one.name for one in found["东"]] == ["白马湖"]


def test_a_slanted_border_faces_where_its_normal_points_most() -> None:
    # a diamond's edges lie at 45°; turned by 10° each faces one side
    angle = np.radians(np.array([10, 100, 190, 280]))
    corners = [(500 + 500 * np.cos(a), 500 + 500 * np.sin(a)) for a in angle]
    grid = Polygon(lonlat(*corners))
    edges = [line(corners[i], corners[(i + 1) % 4]) for i in range(4)]
    # from 10° to 100° the normal points to 55°: more north than east
    found = sides(grid, edges, ["一", "二", "三", "四"], metric_crs=4547)
    assert {side: [a.name for a in found[side]] for side in SIDES} == {
        "北": ["一"],
        "西": ["二"],
        "南": ["三"],
        "东": ["四"],
    }


def test_no_ground_or_a_missing_name_is_refused() -> None:
    with pytest.raises(ValueError, match="no sides"):
        sides(Polygon(), [], [], metric_crs=4547)
    with pytest.raises(ValueError, match="1 lines but 0 names"):
        sides(SQUARE, [line((0, 0), (1, 1))], [], metric_crs=4547)
    assert sides_text(sides(SQUARE, [], [], metric_crs=4547)) == "东至—，西至—，南至—，北至—"
