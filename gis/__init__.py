"""The spatial engine: numpy, shapely and geopandas in, plain values out. No session, file, clock or network."""
