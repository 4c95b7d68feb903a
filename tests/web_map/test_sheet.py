"""The printable sheet: one document, safe whatever stands in it."""

import re
from html.parser import HTMLParser

import shapely

from web_map.report import Maps, Patch, Sheet, Table, render_sheet

HERE = shapely.box(112.80, 35.50, 112.81, 35.51)
HOLED = HERE.buffer(0.01).difference(HERE)


class Tags(HTMLParser):
    """Counts what a browser would see."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.seen: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append(tag)


def sheet(text: str = "凤栖社区") -> str:
    return render_sheet(
        Sheet(
            title=text,
            under=text,
            parts=[
                (text, Table([text, "户数"], [[text, "600"], ["b", "1"]], numbers=[1], bad=frozenset({0}))),
                (
                    text,
                    Maps([("前", [Patch(HERE, 1, text)]), ("后", [Patch(HOLED, 0, "2")])], ["其他", text]),
                ),
                (text, [text, "https://example.org/居民意见.pdf"]),
            ],
            signs=[text],
            notes=[text],
        )
    )


def test_whatever_stands_in_it_is_text_and_nothing_runs_or_is_fetched() -> None:
    page = sheet('<script>alert(1)</script><img src="x">')
    tags = Tags(page).seen
    assert "script" not in tags and "img" not in tags and "a" not in tags and "link" not in tags
    assert "default-src &#x27;none&#x27;" in page


def test_rows_to_look_at_are_marked_and_numbers_stand_to_the_right() -> None:
    page = sheet()
    assert '<td class="bad">凤栖社区</td><td class="n">600</td>' in page
    assert '<td>b</td><td class="n">1</td>' in page


def test_maps_have_one_extent_holes_and_a_scale_bar() -> None:
    maps = re.findall(r"<figure>(.*?)</figure>", sheet(), re.S)
    assert len(maps) == 2
    assert maps[1].count("M") == 3 and maps[0].count("M") == 2  # rings and the bar
    # both maps are 0.03° high, 3.3 km; the bar is the largest round length within a quarter of the width
    assert all("500 m" in each and "↑ N" in each for each in maps)


def test_a_sheet_without_maps_is_a_document_too() -> None:
    page = render_sheet(Sheet("a", "b", [("c", Maps([], [])), ("d", Table([], []))], lang="en"))
    assert page.startswith("<!doctype html>") and '<html lang="en">' in page
