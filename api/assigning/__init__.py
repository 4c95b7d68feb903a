"""Files of points of any size, row by row to the grid that owns each: `yiwang assign`."""

from api.assigning.cluster import on_dask
from api.assigning.net import Net, net_from_file, net_of_district
from api.assigning.points import Reading
from api.assigning.refusals import AssignRefused
from api.assigning.run import Outcome, assign_file
from api.assigning.shards import assign_folder

__all__ = [
    "AssignRefused",
    "Net",
    "Outcome",
    "Reading",
    "assign_file",
    "assign_folder",
    "net_from_file",
    "net_of_district",
    "on_dask",
]
