"""What is printed: maps of the net on A4 and A3, and the board (公示牌) of a grid, as PDF."""

from web_map.printed.board import Board, render_boards
from web_map.printed.map_sheet import MapSheet, Tile, render_map

__all__ = ["Board", "MapSheet", "Tile", "render_boards", "render_map"]
