"""What stands around the map of a report."""

from collections.abc import Iterable, Sequence
from html import escape

from web_map.report.chart import bars
from web_map.report.data import ReportData
from web_map.report.palette import NONE, ZERO, legend
from web_map.report.words import word


def body(data: ReportData, map_place: str) -> str:
    """Title, facts, the map's place, legend, series, top list, matters, hot spots, notes."""

    def say(key: str) -> str:
        return escape(word(key, data.lang))

    facts = (
        ("area", data.area),
        ("period", data.period),
        ("matter", data.matter),
        ("total", f"{data.total:,}"),
    )
    told = "".join(f"<div><dt>{say(key)}</dt><dd>{escape(value)}</dd></div>" for key, value in facts)
    hot = _list(data.hotspots) if data.hotspots else f"<p>{say('no_hotspots')}</p>"
    return f"""<h1>{escape(data.title)}</h1>
<dl class="facts">{told}</dl>
<div class="map" role="img" aria-label="{say("map")}">{map_place}</div>
{_legends(data)}
<h2>{say("over_time")}</h2>
{bars(data.series, width=1040, height=180)}
<div class="two">
<section><h2>{say("top")}</h2>
{_table(data)}</section>
<section><h2>{say("by_matter")}</h2>
{bars(data.matters, width=500, height=max(24 * len(data.matters), 24), lying=True)}
<h2>{say("hotspots")}</h2>{hot}</section>
</div>
<h2>{say("notes")}</h2>{_list(data.notes, "notes")}"""


def _legends(data: ReportData) -> str:
    """One for each layer of the map: each has classes of its own."""
    extra = [(ZERO, word("zero", data.lang)), (NONE, word("none", data.lang))]
    rows = _legend(word("grids", data.lang), data.unit, legend(data.breaks) + extra, data)
    if data.hexagons:
        rows += _legend(
            word("hexagons", data.lang), word("each", data.lang), legend(data.hexagon_breaks), data
        )
    if data.heat:
        classes = legend(data.heat_breaks, above=data.heat_above)
        rows += _legend(word("heat", data.lang), word("per_km2", data.lang), classes, data)
    return rows


def _legend(layer: str, unit: str, classes: Sequence[tuple[str, str]], data: ReportData) -> str:
    swatches = "".join(
        f'<li><svg width="22" height="14" aria-hidden="true"><rect width="22" height="14"'
        f' fill="{fill}" stroke="#6b6b64"/></svg>{escape(words)}</li>'
        for fill, words in classes
    )
    label = escape(f"{word('legend', data.lang)} {layer}")
    head = f"<li><b>{escape(layer)}</b> {escape(unit)}</li>"
    return f'<ul class="legend" aria-label="{label}">{head}{swatches}</ul>'


def _table(data: ReportData) -> str:
    heads = "".join(f"<th>{escape(word(key, data.lang))}</th>" for key in ("code", "name"))
    numbers = "".join(f'<th class="n">{escape(head)}</th>' for head in (word("count", data.lang), data.unit))
    rows = "".join(
        f"<tr><td>{escape(row.code)}</td><td>{escape(row.name)}</td>"
        f'<td class="n">{escape(row.count)}</td><td class="n">{escape(row.rate)}</td></tr>'
        for row in data.top
    )
    return f"<table><thead><tr>{heads}{numbers}</tr></thead>\n<tbody>{rows}</tbody></table>"


def _list(lines: Iterable[str], style: str = "") -> str:
    mark = f' class="{style}"' if style else ""
    return f"<ul{mark}>" + "".join(f"<li>{escape(line)}</li>" for line in lines) + "</ul>"
