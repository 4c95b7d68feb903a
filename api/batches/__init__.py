"""Many places at once: reading the rows, answering them together, writing them back. No row is lost.

Rows come and go in pieces of PIECE, so that a request of any size takes the same memory.
"""

from api.batches.answering import COLUMNS, Answering
from api.batches.arrow import ARROW, read_arrow, write_arrow
from api.batches.reading import CSV, JSON, MOST_IN_JSON, NDJSON, read_csv, read_json, read_ndjson
from api.batches.rows import MOST_POINTS, PIECE, Fault, Rows
from api.batches.writing import write_csv, write_json, write_ndjson

__all__ = [
    "ARROW",
    "COLUMNS",
    "CSV",
    "JSON",
    "MOST_IN_JSON",
    "MOST_POINTS",
    "NDJSON",
    "PIECE",
    "Answering",
    "Fault",
    "Rows",
    "read_arrow",
    "read_csv",
    "read_json",
    "read_ndjson",
    "write_arrow",
    "write_csv",
    "write_json",
    "write_ndjson",
]
