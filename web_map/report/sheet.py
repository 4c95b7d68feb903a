"""A printable sheet: tables, maps and lists in one HTML document that fetches nothing and runs nothing."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html import escape

import shapely
from shapely.geometry.base import BaseGeometry

from web_map.report.data import Lang

_STYLE = """
:root { color-scheme: light; }
body { font: 14px/1.6 "Noto Serif CJK SC", "Songti SC", SimSun, "Noto Sans CJK SC", serif;
  margin: 0 auto; max-width: 860px; padding: 24px; color: #1d1d1b; background: #fff; }
h1 { font-size: 24px; text-align: center; margin: 0 0 4px; }
.under { text-align: center; color: #5a5a55; margin: 0 0 20px; }
h2 { font-size: 17px; margin: 24px 0 8px; break-after: avoid; }
table { border-collapse: collapse; width: 100%; }
th, td { border: 1px solid #8c8c85; padding: 4px 8px; text-align: left; vertical-align: top; }
th { background: #f1f1ec; } tr { break-inside: avoid; } thead { display: table-header-group; }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; }
td.bad { font-weight: 700; } td.bad::before { content: "△ "; }
.maps { display: grid; grid-template-columns: 1fr 1fr; gap: 16px; }
figure { margin: 0; break-inside: avoid; } figcaption { text-align: center; }
svg { width: 100%; height: auto; border: 1px solid #cfcfc8; }
.key { display: flex; flex-wrap: wrap; gap: 4px 18px; padding: 0; list-style: none; }
.key svg { width: 22px; border: 0; }
.signs { margin-top: 24px; display: grid; grid-template-columns: 1fr 1fr; gap: 12px; }
.signs div { border: 1px solid #8c8c85; min-height: 96px; padding: 8px; break-inside: avoid; }
.notes { color: #5a5a55; font-size: 12px; }
@page { size: A4; margin: 18mm 16mm; }
@media print { body { max-width: none; padding: 0; } }
@media (max-width: 640px) { .maps, .signs { grid-template-columns: 1fr; } }
"""
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
_FILLS = ("#e7e7e2", "#f3d19c", "#b9d6e8", "#cfe3bf", "#e3c6e0", "#f2b8a8")
_WIDTH, _MARGIN = 400.0, 12.0
_METRES_PER_DEGREE = 111_320.0  # of latitude; of longitude times the cosine


@dataclass(frozen=True)
class Table:
    """head: titles of the columns; numbers: positions of those set to the right; bad: rows to look at."""

    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    numbers: Sequence[int] = ()
    bad: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Patch:
    """Ground on a map: lon/lat; group: by which it is coloured, 0 is what stays in the background."""

    shape: BaseGeometry
    group: int
    label: str


@dataclass(frozen=True)
class Maps:
    """Maps beside each other, all of the same extent; key: what each group is called."""

    maps: Sequence[tuple[str, Sequence[Patch]]]
    key: Sequence[str]


@dataclass(frozen=True)
class Sheet:
    """parts: headings with what stands under them. signs: places for seals and signatures."""

    title: str
    under: str
    parts: Sequence[tuple[str, Table | Maps | Sequence[str]]]
    signs: Sequence[str] = ()
    notes: Sequence[str] = field(default_factory=tuple)
    lang: Lang = "zh"


def render_sheet(sheet: Sheet) -> str:
    """The whole document. Addresses in it are text: its policy lets it fetch nothing."""
    language = "zh-CN" if sheet.lang == "zh" else "en"
    parts = "\n".join(f"<h2>{escape(head)}</h2>\n{_part(part)}" for head, part in sheet.parts)
    signs = "".join(f"<div>{escape(each)}</div>" for each in sheet.signs)
    return (
        f'<!doctype html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(_POLICY)}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(sheet.title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n"
        f'<h1>{escape(sheet.title)}</h1>\n<p class="under">{escape(sheet.under)}</p>\n{parts}\n'
        + (f'<div class="signs">{signs}</div>\n' if signs else "")
        + f'<ul class="notes">{_items(sheet.notes)}</ul>\n</main>\n</body>\n</html>\n'
    )


def _part(part: Table | Maps | Sequence[str]) -> str:
    if isinstance(part, Table):
        return _table(part)
    if isinstance(part, Maps):
        return _maps(part)
    return f"<ul>{_items(part)}</ul>"


def _items(lines: Sequence[str]) -> str:
    return "".join(f"<li>{escape(line)}</li>" for line in lines)


def _table(table: Table) -> str:
    def cells(mark: str, row: Sequence[str], bad: bool = False) -> Iterator[str]:
        for at, value in enumerate(row):
            style = "bad" if bad and at == 0 else "n" if at in table.numbers else ""
            named = f' class="{style}"' if style else ""
            yield f"<{mark}{named}>{escape(value)}</{mark}>"

    head = "".join(cells("th", table.head))
    rows = "\n".join(
        f"<tr>{''.join(cells('td', row, at in table.bad))}</tr>" for at, row in enumerate(table.rows)
    )
    return f"<table><thead><tr>{head}</tr></thead>\n<tbody>{rows}</tbody></table>"


def _maps(given: Maps) -> str:
    every = [patch.shape for _, patches in given.maps for patch in patches]
    if not every:
        return ""
    extent = shapely.total_bounds(every).tolist()
    figures = "\n".join(
        f"<figure>{_map(patches, extent, title)}<figcaption>{escape(title)}</figcaption></figure>"
        for title, patches in given.maps
    )
    shown = {patch.group for _, patches in given.maps for patch in patches}
    key = "".join(
        f'<li><svg viewBox="0 0 22 14" aria-hidden="true"><rect width="22" height="14"'
        f' fill="{_fill(at)}" stroke="#6b6b64"/></svg> {escape(name)}</li>'
        for at, name in enumerate(given.key)
        if at in shown
    )
    return f'<div class="maps">{figures}</div>\n<ul class="key">{key}</ul>'


def _fill(group: int) -> str:
    return _FILLS[group if group < len(_FILLS) else 1 + (group - 1) % (len(_FILLS) - 1)]


def _map(patches: Sequence[Patch], extent: Sequence[float], title: str) -> str:
    west, south, east, north = extent
    squeeze = math.cos(math.radians((south + north) / 2))
    inner = _WIDTH - 2 * _MARGIN
    scale = inner / max((east - west) * squeeze, north - south)  # drawing units a degree of latitude
    height = (north - south) * scale + 2 * _MARGIN + 22

    def at(lon: float, lat: float) -> str:
        return f"{(lon - west) * squeeze * scale + _MARGIN:.1f},{(north - lat) * scale + _MARGIN:.1f}"

    drawn = []
    for patch in patches:
        rings = [ring for part in shapely.get_parts(patch.shape) for ring in (part.exterior, *part.interiors)]
        path = " ".join(f"M{' L'.join(at(*vertex[:2]) for vertex in ring.coords[:-1])}Z" for ring in rings)
        drawn.append(f'<path d="{path}" fill="{_fill(patch.group)}" fill-rule="evenodd" stroke="#3f3f3a"/>')
    for patch in patches:
        x, y = at(*shapely.point_on_surface(patch.shape).coords[0][:2]).split(",")
        drawn.append(f'<text x="{x}" y="{y}" font-size="9" text-anchor="middle">{escape(patch.label)}</text>')
    return (
        f'<svg viewBox="0 0 {_WIDTH:.0f} {height:.0f}" role="img" aria-label="{escape(title)}">'
        f"{''.join(drawn)}{_bar(scale, height)}</svg>"
    )


def _bar(scale: float, height: float) -> str:
    """A scale bar of a round length, a quarter of the width at most, and which way is north."""
    most = _WIDTH / 4 / scale * _METRES_PER_DEGREE
    power = 10 ** math.floor(math.log10(most))
    metres = max(n * power for n in (1, 2, 5) if n * power <= most)
    end, y = _MARGIN + metres / _METRES_PER_DEGREE * scale, height - 8
    words = f"{metres / 1000:g} km" if metres >= 1000 else f"{metres:g} m"
    return (
        f'<path d="M{_MARGIN:.1f},{y:.1f} L{end:.1f},{y:.1f}" stroke="#1d1d1b" stroke-width="2"/>'
        f'<text x="{end + 4:.1f}" y="{y + 3:.1f}" font-size="10">{words}</text>'
        f'<text x="{_WIDTH - _MARGIN:.1f}" y="{y + 3:.1f}" font-size="11" text-anchor="end">↑ N</text>'
    )
