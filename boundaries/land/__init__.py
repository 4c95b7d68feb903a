"""What lies where: areas, grids, buildings, addresses, and bringing them in."""
