"""The report that opens from a USB stick: one HTML file that asks nothing of any network."""

from web_map.report.assets import AddressLeft, Assets, AssetsMissing, read_assets
from web_map.report.data import Cell, ReportData, Row
from web_map.report.page import render
from web_map.report.paper import render_pdf, render_png
from web_map.report.sheet import Maps, Patch, Sheet, Table, render_sheet

__all__ = [
    "AddressLeft",
    "Assets",
    "AssetsMissing",
    "Cell",
    "Maps",
    "Patch",
    "ReportData",
    "Row",
    "Sheet",
    "Table",
    "read_assets",
    "render",
    "render_pdf",
    "render_png",
    "render_sheet",
]
