"""Balanced grids: a community divided so that no building is cut and borders follow roads."""
