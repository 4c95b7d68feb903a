"""The spatial engine: numpy, shapely and geopandas in, plain values out; no file, no clock, no network."""
