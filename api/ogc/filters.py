"""Which CQL2 a caller may send: the operators of the standard over the collection's own columns.

tipg turns any function call of a filter into a call of the PostgreSQL function of that name. Here
every operator is looked up in a list instead, so that no filter reaches pg_sleep or query_to_xml.
"""

from collections.abc import Collection
from typing import Any

from api.ogc.refusals import BadOgcQuery

OPERATORS = frozenset(
    "and or not = <> < <= > >= like between in isNull casei accenti + - * / ^ % div"
    " s_intersects s_equals s_disjoint s_touches s_within s_overlaps s_crosses s_contains"
    " t_after t_before t_contains t_disjoint t_during t_equals t_finishedBy t_finishes t_intersects"
    " t_meets t_metBy t_overlappedBy t_overlaps t_startedBy t_starts"
    " a_equals a_contains a_containedBy a_overlaps".lower().split()
)
DEEPEST = 40


def check_filter(node: Any, columns: Collection[str], *, depth: int = 0) -> None:
    """Raise BadOgcQuery for an operator outside the standard, an unknown column, or a too deep filter.

    `node`: the filter as CQL2 JSON.
    """
    if depth > DEEPEST:
        raise BadOgcQuery(f"The filter is nested deeper than {DEEPEST} levels.")
    if isinstance(node, list):
        for item in node:
            check_filter(item, columns, depth=depth + 1)
    elif isinstance(node, dict):
        if "property" in node and node["property"] not in columns:
            raise BadOgcQuery(f"There is no column '{node['property']}' here.")
        if "op" in node and str(node["op"]).lower() not in OPERATORS:
            raise BadOgcQuery(f"'{node['op']}' is no operator or function of the filters here.")
        for item in node.values():
            if isinstance(item, dict | list):
                check_filter(item, columns, depth=depth + 1)
