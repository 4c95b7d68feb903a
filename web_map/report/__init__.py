"""The report that opens from a USB stick: one HTML file that asks nothing of any network."""

from web_map.report.assets import AddressLeft, Assets, AssetsMissing, read_assets
from web_map.report.data import Cell, ReportData, Row
from web_map.report.page import render
from web_map.report.paper import render_pdf, render_png

__all__ = [
    "AddressLeft",
    "Assets",
    "AssetsMissing",
    "Cell",
    "ReportData",
    "Row",
    "read_assets",
    "render",
    "render_pdf",
    "render_png",
]
