"""A line along chosen roads, from border to border."""

import pytest
import shapely
from shapely.geometry import LineString

from gis.frames import MetricFrame
from gis.net import chain_lines
from gis.net.refusals import BadLine, DoesNotCross

FRAME = MetricFrame(4547)
X, Y = 112.8, 35.5


def at(east: float, north: float) -> tuple[float, float]:
    return round(X + east / 1000, 9), round(Y + north / 1000, 9)


def way(*points: tuple[float, float]) -> LineString:
    return LineString([at(*point) for point in points])


GROUND = shapely.box(*at(0, 0), *at(5, 5))


def test_pieces_in_any_order_and_direction_become_one_line_with_their_bits() -> None:
    # 0.1 of the drawing is 9 m east: the gap at x = 2 is joined, both ends stop 9 m short of the border
    pieces = [way((2.1, 2.5), (3, 2.6), (4.9, 2.5)), way((2, 2.5), (0.1, 2.4))]
    line = chain_lines(pieces, GROUND, metric_crs=FRAME)
    assert set(shapely.get_coordinates(line)[:, 0]) >= {at(2, 0)[0], at(3, 0)[0], at(2.1, 0)[0]}
    assert not GROUND.covers(shapely.Point(line.coords[0])) and not GROUND.covers(
        shapely.Point(line.coords[-1])
    )
    assert [at(0.1, 2.4), at(2, 2.5), at(2.1, 2.5), at(3, 2.6), at(4.9, 2.5)] in (
        list(line.coords)[1:-1],
        list(line.coords)[1:-1][::-1],
    )


def test_what_lies_far_outside_is_left_out() -> None:
    line = chain_lines([way((-40, 2), (40, 2))], GROUND, metric_crs=FRAME)
    assert float(FRAME.length_m([line])[0]) == pytest.approx(
        float(FRAME.length_m([way((0, 2), (5, 2))])[0]) + 40, abs=0.5
    )


@pytest.mark.parametrize(
    ("lines", "refusal"),
    [
        ([way((0, 1), (2, 1)), way((3, 1), (5, 1))], BadLine),  # 91 m apart
        ([way((0, 1), (5, 1)), way((0, 4), (5, 4))], BadLine),  # two ways
        ([way((0, 2), (2.5, 2.5)), way((2.5, 2.5), (5, 2)), way((2.5, 2.5), (2.5, 5))], BadLine),  # a fork
        ([way((8, 1), (9, 1))], DoesNotCross),
        ([], DoesNotCross),
        ([GROUND], BadLine),
    ],
)
def test_what_is_no_one_way_is_refused(lines: list[LineString], refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        chain_lines(lines, GROUND, metric_crs=FRAME)
