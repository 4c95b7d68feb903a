"""Open311 GeoReport v2: the doors by which clients of other cities send and read requests."""
