"""The HTML of a report: folium draws the map, everything else is plain markup."""

import hashlib
import re
from base64 import b64encode
from collections.abc import Sequence
from html import escape
from typing import Any

import folium

from web_map.report.assets import Assets, refuse_addresses
from web_map.report.body import body
from web_map.report.data import Cell, ReportData
from web_map.report.palette import colour
from web_map.report.words import word

_STYLE = """
:root { color-scheme: light; }
body { font: 15px/1.5 system-ui, "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", sans-serif;
  margin: 0 auto; max-width: 1080px; padding: 20px; color: #1d1d1b; background: #fff; }
h1 { font-size: 24px; margin: 0 0 4px; } h2 { font-size: 17px; margin: 24px 0 8px; }
dl.facts { display: flex; flex-wrap: wrap; gap: 4px 28px; margin: 0 0 14px; }
dl.facts div { display: flex; gap: 8px; } dt { color: #5a5a55; } dd { margin: 0; font-weight: 600; }
.map { position: relative; height: 560px; border: 1px solid #cfcfc8; }
.map .folium-map { position: absolute; inset: 0; background: #fbfbf9; }
.legend { display: flex; flex-wrap: wrap; gap: 4px 16px; margin: 8px 0 0; padding: 0; list-style: none; }
.legend li { display: flex; align-items: center; gap: 6px; }
table { border-collapse: collapse; width: 100%; } th, td { padding: 4px 8px; text-align: left; }
th { border-bottom: 2px solid #cfcfc8; } td { border-bottom: 1px solid #e7e7e2; }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; }
.two { display: grid; grid-template-columns: 1fr 1fr; gap: 0 32px; }
svg { max-width: 100%; height: auto; } .notes { color: #5a5a55; font-size: 13px; }
@media (max-width: 720px) { .two { grid-template-columns: 1fr; } .map { height: 60vh; } }
@media print { body { padding: 0; } .map { height: 130mm; break-inside: avoid; }
  .leaflet-control-zoom, .leaflet-control-layers { display: none; } h2 { break-after: avoid; } }
"""


def render(data: ReportData, assets: Assets) -> str:
    """One whole HTML document, under a policy that lets it fetch nothing. Raises AddressLeft."""
    page = _scripts_in_order(_map(data), data, assets)
    refuse_addresses(page)
    return page


def _map(data: ReportData) -> folium.Map:
    drawn = folium.Map(
        tiles=None, zoom_control=True, prefer_canvas=True, attributionControl=False, zoomSnap=0.25
    )
    drawn.default_js, drawn.default_css = [], []
    _layer(data.grids, data.breaks, word("grids", data.lang), shown=True).add_to(drawn)
    if data.hexagons:
        _layer(data.hexagons, data.hexagon_breaks, word("hexagons", data.lang), shown=False).add_to(drawn)
    if data.heat:
        _layer(data.heat, data.heat_breaks, word("heat", data.lang), shown=False, edge=0).add_to(drawn)
    if data.hexagons or data.heat:
        folium.LayerControl(collapsed=False).add_to(drawn)
    bounds: Any = drawn.get_bounds()
    drawn.fit_bounds(bounds, padding=(8, 8))
    return drawn


def _layer(
    cells: Sequence[Cell], breaks: Sequence[float], name: str, *, shown: bool, edge: float = 0.6
) -> folium.GeoJson:
    features = [
        {
            "type": "Feature",
            "properties": {
                "name": cell.name or cell.code,
                "label": cell.label,
                "fill": colour(cell.value, breaks),
            },
            "geometry": cell.geometry,
        }
        for cell in cells
    ]
    return folium.GeoJson(
        {"type": "FeatureCollection", "features": features},
        name=name,
        show=shown,
        style_function=lambda feature: {
            "fillColor": feature["properties"]["fill"],
            "fillOpacity": 0.85,
            "color": "#6b6b64",
            "weight": edge,
        },
        highlight_function=lambda _: {"weight": 2.5, "color": "#1d1d1b"},
        # folium looks for the fields in the first feature; a net of no grids has none
        tooltip=folium.GeoJsonTooltip(fields=["name", "label"], labels=False, sticky=True)
        if features
        else None,
    )


def _scripts_in_order(drawn: folium.Map, data: ReportData, assets: Assets) -> str:
    html = drawn.get_root().render()
    own = "\n".join(re.findall(r"<script[^>]*>(.*?)</script>", html, re.S))
    place = re.search(r'<div class="folium-map" id="[^"]+"\s*>\s*</div>', html)
    styles = re.sub(
        r"/\*.*?\*/", "", "\n".join(re.findall(r"<style[^>]*>(.*?)</style>", html, re.S)), flags=re.S
    )
    assert place is not None
    scripts = [assets.leaflet_js, own]
    policy = "; ".join(
        (
            "default-src 'none'",
            "style-src 'unsafe-inline'",
            "img-src data:",
            "script-src " + " ".join(f"'sha256-{_sha256(script)}'" for script in scripts),
            "base-uri 'none'",
            "form-action 'none'",
        )
    )
    tags = "\n".join(f"<script>{script}</script>" for script in scripts)
    keep = re.sub(r"html, body \{.*?\}|#map \{.*?\}|\.leaflet-container \{.*?\}", "", styles, flags=re.S)
    language = "zh-CN" if data.lang == "zh" else "en"
    head = f"{assets.leaflet_css}\n{keep}\n{_STYLE}"
    return (
        f'<!doctype html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(policy)}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(data.title)}</title>\n<style>{head}</style>\n</head>\n"
        f"<body>\n{body(data, place.group())}\n{tags}\n</body>\n</html>\n"
    )


def _sha256(script: str) -> str:
    return b64encode(hashlib.sha256(script.encode()).digest()).decode()
