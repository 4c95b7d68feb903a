"""Mouse and keyboard on a page with a map, as the benchmark of the page uses them."""

from playwright.sync_api import Page

Lonlat = tuple[float, float]
Line = list[list[float]]


def press(page: Page, at: Lonlat) -> None:
    """Click at a place of the map."""
    page.mouse.click(*pixel(page, at))


def key(page: Page, key: str) -> None:
    """Press a key."""
    page.keyboard.press(key)


def pixel(page: Page, at: Lonlat) -> tuple[float, float]:
    """Where a place stands on the screen."""
    x, y = page.evaluate(
        "at => { const map = window.yiwang.map, box = map.getCanvas().getBoundingClientRect();"
        " const { x, y } = map.project(at); return [box.x + x, box.y + y] }",
        list(at),
    )
    return x, y


def inside(page: Page, at: Lonlat) -> bool:
    """Whether a place is on the map, clear of what stands over its edges."""
    inside: bool = page.evaluate(
        "at => { const map = window.yiwang.map, { width, height } = map.getCanvas().getBoundingClientRect();"
        " const { x, y } = map.project(at); return x > 90 && y > 90 && x < width - 90 && y < height - 90 }",
        list(at),
    )
    return inside


def look(page: Page, line: Line) -> None:
    """Show a line large in the middle and wait until the map is at rest."""
    page.evaluate(
        "line => { const map = window.yiwang.map;"
        " map.fitBounds(line, { padding: 220, maxZoom: 17, duration: 0 });"
        " return new Promise(done => { map.once('idle', () => done()); map.triggerRepaint() }) }",
        line,
    )


def draw(page: Page, line: Line) -> None:
    """A line of two points with the tool for splits, until the page tells what it would do."""
    look(page, line)
    page.keyboard.press("s")
    for at in line:
        page.mouse.move(*pixel(page, (at[0], at[1])), steps=3)
        page.mouse.click(*pixel(page, (at[0], at[1])))
    page.locator(".cursor-note").filter(has_text=" | ").wait_for()
