"""Duties as an Excel workbook, there and back.

On the way back every row is compared with what stands: the difference is shown row by row, and nothing is
written unless it is asked for. Row numbers are those of Excel; the header is row 1.
"""

from boundaries.duty.workbook.difference import Difference, RowChange, compare
from boundaries.duty.workbook.exporting import export
from boundaries.duty.workbook.reading import read
from boundaries.duty.workbook.rows import COLUMNS, SHEET

__all__ = ["COLUMNS", "SHEET", "Difference", "RowChange", "compare", "export", "read"]
