"""Tables that districts keep, drawn into a plan: buildings of grids, 立体 by parts, 微网格, 专属 groups.

Each row becomes part of an ordinary edit, which can be undone and is reviewed like any other.
"""

from boundaries.land.plan_tables.drawing import Tabled, TableRefused, draw
from boundaries.land.plan_tables.rows import COLUMNS, KINDS, Fault, Row, rows_of

__all__ = ["COLUMNS", "KINDS", "Fault", "Row", "TableRefused", "Tabled", "draw", "rows_of"]
