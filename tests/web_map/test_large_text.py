"""At twice the size of text nothing is cut off, lies over another thing or makes the page scroll sideways."""

import pytest
from playwright.sync_api import Browser, expect

from tests.boundaries import towns
from tests.web_map.conftest import A3, A4, OpenPage, ask, keep, settle, sign_in

SPOT = "view=15/35.5065/112.8015&at=spot:112.8015,35.5065"
SCREENS = {
    "dispatch": (f"#{SPOT}", ".card h2"),
    "plan": ("#mode=plan&plan={plan}", ".grids tbody tr"),
    "compare": ("#mode=compare&plan={plan}", ".diff"),
    "density": ("#mode=density&from=2026-03-01&to=2026-06-30&bucket=month", ".frame-bar"),
    "admin": ("#mode=admin&part=access", ".account"),
    "hand": ("m#", ".hand main"),
}
FAULTS = """() => {
  const box = each => each.getBoundingClientRect()
  const shown = [...document.querySelectorAll('button, .button, summary, .chip, select')]
    .filter(each => each.checkVisibility({visibilityProperty: true}) && box(each).width > 1)
  const name = each => `${each.className} ${each.innerText.slice(0, 30)}`
  const found = []
  const {scrollWidth} = document.documentElement
  if (scrollWidth > innerWidth) found.push(`wide: ${scrollWidth}`)
  for (const each of shown) {
    const {right, left} = box(each)
    const isOut = right > innerWidth + 1 || left < -1
    const hasOneLine = each.tagName === 'SELECT' || getComputedStyle(each).display === 'inline'
    const isCut = each.scrollWidth > each.clientWidth + 1 || each.scrollHeight > each.clientHeight + 2
    if (!hasOneLine && isCut) found.push(`cut: ${name(each)}`)
    if (!each.closest('.scroll') && isOut) found.push(`outside: ${name(each)}`)
  }
  const boxes = [...document.querySelectorAll('.legend, .layers, .toolbar, .zoom, .density-legend.on-map')]
    .filter(each => each.checkVisibility())
  const still = [...shown, ...boxes].filter(each => !each.closest('.hand-sections, .legend *'))
  still.forEach((one, i) => {
    for (const other of still.slice(i + 1)) {
      if (one.contains(other) || other.contains(one)) continue
      const [a, b] = [box(one), box(other)]
      const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left)
      const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top)
      if (wide > 2 && high > 2) found.push(`over each other: ${name(one)} | ${name(other)}`)
    }
  })
  return found
}"""


@pytest.fixture(scope="module")
def plan(server: str) -> str:
    """A plan that merges two grids of community A."""
    made: str = ask(server, "POST", "/v1/plans", {"title": "笔峰寺社区网格调整", "scope": towns.A})["code"]
    merge = {"operation": "merge", "grids": [A3, A4], "keep": A3}
    ask(server, "POST", f"/v1/plans/{made}/edits", merge, seen=1)
    return made


@pytest.mark.parametrize("way", ["zoom", "text"])
def test_twice_the_size_cuts_nothing_off(
    open_page: OpenPage, browser: Browser, server: str, plan: str, way: str
) -> None:
    width, height = (
        (640, 360) if way == "zoom" else (1280, 720)
    )  # the browser's zoom halves the page's pixels
    page = open_page(browser, "#lang=zh", width=width, height=height, locale="en-GB")
    sign_in(page, "administrator")
    found: dict[str, list[str]] = {}
    for name, (address, there) in SCREENS.items():
        path, _, hash_ = address.format(plan=plan).partition("#")
        page.goto("about:blank")
        page.goto(f"{server}/{path}#{hash_}&lang=zh".replace("#&", "#"))
        if way == "text":
            page.evaluate("document.documentElement.style.fontSize = '200%'")
        # the page in the hand speaks the browser's language
        for language in ("en",) if name == "hand" else ("zh", "en"):
            if name != "hand" and language == "en":
                page.get_by_role("button", name="English").click()
                expect(page.locator("html")).to_have_attribute("lang", "en")
            expect(page.locator(there).first).to_be_visible()
            if name != "hand":
                settle(page)
            keep(page, f"large-{way}-{name}-{language}")
            if faults := page.evaluate(FAULTS):
                found[f"{name} {language}"] = faults
    assert found == {}
