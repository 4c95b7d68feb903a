"""A net from what districts have: a table that says which buildings belong to which grid."""

from gis.allotment.division import Allotment, allot, net_from_table
from gis.allotment.lists import Listed, Unread, read_list
from gis.allotment.matching import Houses, Match, Unmatched, match_rows

__all__ = [
    "Allotment",
    "Houses",
    "Listed",
    "Match",
    "Unmatched",
    "Unread",
    "allot",
    "match_rows",
    "net_from_table",
    "read_list",
]
