"""The operation behind a reversion: the scope of a plan gets a former net back, in one edit."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import shapely

from boundaries.land.plans.ground import matched, plain
from gis.net import Face, Net, NetChange, Restore
from gis.net.refusals import AcrossCommunities, BadLine, NotCurrent

_NOISE_M2 = 0.5  # a noded border laps by less than this


def restore(
    net: Net, given: dict[str, Any], new_code: Callable[[str], str], unlocked: bool
) -> tuple[NetChange, dict[str, Any]]:
    """grids: the former ones, each with former (its code), community, name, kind, group, shape (WKB, hex).

    Whoever still exists keeps the code; the others come back under new ones. Ground outside the scope
    stays, but for vertices. Raises NotCurrent when it is replayed where its grids have changed,
    AcrossCommunities where the communities had other borders then, NotEdgeMatched where the former net
    was none.
    """
    if "new_codes" in given:  # done again, it would take back what others have published since
        raise NotCurrent("the net has changed since: restore the former net by a new plan")
    try:
        shapes = {row["former"]: plain(shapely.from_wkb(row["shape"])) for row in given["grids"]}
        homes = {row["former"]: str(row["community"]) for row in given["grids"]}
    except (shapely.errors.ShapelyError, LookupError, TypeError, AttributeError) as error:
        raise BadLine(f"this is no former net: {error}") from None
    free = net.free
    returning = [code for code in shapes if code not in net.faces]
    given = {**given, "returning": returning, "new_codes": [new_code(homes[code]) for code in returning]}
    codes = {code: code for code in shapes} | dict(zip(returning, given["new_codes"], strict=True))
    target = {codes[code]: shape for code, shape in shapes.items()}
    communities = {**net.communities, **{codes[code]: homes[code] for code in shapes}}
    _require_same_ground(net, free, target, communities, unlocked)
    moved = _moved(net, target)
    whole = {code: net.faces[code].shape for code in net.faces if code in net.locked}
    whole |= {code: shape if code in moved else net.faces[code].shape for code, shape in target.items()}
    order = sorted(whole)
    made = np.empty(len(order), dtype=object)
    made[:] = [whole[code] for code in order]
    noded = dict(zip(order, matched(made), strict=True))
    Net.from_polygons(order, [noded[code] for code in order], metric_crs=net.frame)  # refuses what is no net
    before: dict[str, Face | None] = {
        code: Face(shape)
        for code, shape in noded.items()
        if code in moved or (code in net.faces and shape is not net.faces[code].shape)
    }
    before = {
        code: face
        for code, face in before.items()
        if face is None
        or code not in net.faces
        or shapely.to_wkb(face.shape) != shapely.to_wkb(net.faces[code].shape)
    }
    before |= {code: None for code in free if code not in target}
    change = net.restore(
        Restore(before=before, after={code: net.faces.get(code) for code in before}, communities=communities)
    )
    changed = {code for code, face in before.items() if face is None or code in moved}
    return (
        replace(change, changed=tuple(sorted(changed)), noded=tuple(sorted(before.keys() - changed))),
        given,
    )


def _moved(net: Net, target: dict[str, Any]) -> set[str]:
    """Grids that are new, or whose ground differs by more than vertices."""
    both = [code for code in target if code in net.faces]
    now = np.array([net.faces[code].shape for code in both], dtype=object)
    then = np.array([target[code] for code in both], dtype=object)
    apart = net.frame.area_m2(shapely.symmetric_difference(now, then)) if both else np.zeros(0)
    return {code for code in target if code not in net.faces} | {
        code for code, area in zip(both, apart.tolist(), strict=True) if area > _NOISE_M2
    }


def _require_same_ground(
    net: Net, free: list[str], target: dict[str, Any], communities: dict[str, str], unlocked: bool
) -> None:
    """The former net must cover what the present one covers: each community, or in 区划调整 the scope."""

    def ground(shapes: dict[str, Any], homes: Any) -> dict[str, Any]:
        parts: dict[str, list[Any]] = {}
        for code, shape in shapes.items():
            parts.setdefault("" if unlocked else homes.get(code, ""), []).append(shape)
        return {home: shapely.union_all(given) for home, given in parts.items()}

    now = ground({code: net.faces[code].shape for code in free}, net.communities)
    then = ground(target, communities)
    for home in sorted(now.keys() | then.keys()):
        apart = shapely.symmetric_difference(
            now.get(home, shapely.Polygon()), then.get(home, shapely.Polygon())
        )
        area = float(net.frame.area_m2([apart])[0]) if not apart.is_empty else 0.0
        if area > _NOISE_M2:
            where = f"community {home}" if home else "the scope"
            raise AcrossCommunities(
                f"{where} had other ground then: {area:.1f} m² differ", place=apart, area_m2=area
            )
