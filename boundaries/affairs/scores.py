"""Score sheets (考核): a month of each grid or leader in one figure."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from boundaries.affairs.figures import Figures
from boundaries.affairs.refusals import BadFlowSettings

WEIGHTS: Mapping[str, float] = {
    "on_time": 40,
    "correct_dispatch": 10,
    "rework": 20,
    "closed": 10,
    "visits": 20,
}
VISITS_A_MONTH = 4


@dataclass(frozen=True)
class Terms:
    """weights by part, as an administrator set them: settings flow.weights; flow.visits_a_month."""

    weights: Mapping[str, float]
    visits_a_month: int

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> "Terms":
        """Raises BadFlowSettings for unknown parts, negative weights, or none at all."""
        try:
            flow = settings.get("flow", {})
            weights = {str(name): float(value) for name, value in flow.get("weights", WEIGHTS).items()}
            visits = int(flow.get("visits_a_month", VISITS_A_MONTH))
        except (AttributeError, TypeError, ValueError) as error:
            raise BadFlowSettings(f"flow.weights or flow.visits_a_month: {error}") from error
        least = min(weights.values(), default=-1)
        if not set(weights) <= set(WEIGHTS) or not least >= 0 or not 0 < sum(weights.values()) < math.inf:
            raise BadFlowSettings(f"flow.weights: parts are {', '.join(WEIGHTS)}, none below 0 and not all 0")
        if visits < 1:
            raise BadFlowSettings("flow.visits_a_month: at least 1")
        return cls(weights, visits)


@dataclass(frozen=True)
class Score:
    """parts: 0 to 1; None where there was nothing to judge, which takes its weight out. score: 0 to 100."""

    key: str
    figures: Figures | None
    visit_count: int
    parts: Mapping[str, float | None]
    score: float | None


def score(key: str, figures: Figures | None, visit_count: int, terms: Terms) -> Score:
    """The score of one grid or leader."""
    parts: dict[str, float | None] = dict.fromkeys(WEIGHTS)
    if figures is not None:
        rework = figures.rework_rate
        parts |= {
            "on_time": figures.on_time_rate,
            "correct_dispatch": figures.correct_dispatch_rate,
            "rework": None if rework is None else max(1 - rework, 0.0),
            "closed": 1 - figures.backlog / figures.incidents if figures.incidents else None,
        }
    parts["visits"] = min(visit_count / terms.visits_a_month, 1.0) if terms.visits_a_month else None
    used = {name: value for name, value in parts.items() if value is not None and terms.weights.get(name)}
    whole = sum(terms.weights[name] for name in used)
    total = sum(terms.weights[name] * value for name, value in used.items())
    return Score(key, figures, visit_count, parts, round(100 * total / whole, 1) if whole else None)


def row_of(each: Score, names: Mapping[str, str]) -> dict[str, Any]:
    """Plain values, as the sheet has them."""
    return {
        "key": each.key,
        "name": names.get(each.key, ""),
        "incidents": each.figures.incidents if each.figures is not None else 0,
        "backlog": each.figures.backlog if each.figures is not None else 0,
        **each.parts,
        "visit_count": each.visit_count,
        "score": each.score,
    }
