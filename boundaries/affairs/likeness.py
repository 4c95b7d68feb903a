"""Incidents that may be the same: near in place and time, of one matter."""

from collections.abc import Sequence

from sqlalchemy import text
from sqlalchemy.orm import Session

from boundaries.store.tables import District

NEAR_M = 50.0
NEAR_HOURS = 24
MOST = 5


def likely_same(session: Session, district: District, numbers: Sequence[str]) -> dict[str, list[str]]:
    """For each of these incidents the numbers of up to five others that may be the same, nearest first.

    The same matter within 50 m and 24 hours. It is a hint: nothing is joined by it.
    """
    rows = session.execute(
        text(
            "select n.number, o.number from yiwang.incident n cross join lateral ("
            " select i.number from yiwang.incident i where i.district_id = n.district_id"
            "   and i.matter_code = n.matter_code and i.id <> n.id"
            "   and i.happened_at between n.happened_at - make_interval(hours => :hours)"
            "     and n.happened_at + make_interval(hours => :hours)"
            "   and i.geom && st_expand(n.geom, 0.001)"  # 50 m are less than that below 63° of latitude
            "   and st_distancesphere(i.geom, n.geom) <= :metres"
            "   order by st_distancesphere(i.geom, n.geom), i.id limit :most) o"
            " where n.district_id = :district and n.number = any(:numbers) order by n.id"
        ),
        {
            "district": district.id,
            "numbers": list(numbers),
            "metres": NEAR_M,
            "hours": NEAR_HOURS,
            "most": MOST,
        },
    )
    found: dict[str, list[str]] = {}
    for number, other in rows:
        found.setdefault(number, []).append(other)
    return found
