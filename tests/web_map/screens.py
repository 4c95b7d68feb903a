"""Pictures of every screen over a served demo district, for people to look at.

`./run --port 8100` in one window, then `./run python -m tests.web_map.screens FOLDER [ADDRESS [PART]]`: each
screen at 1440 × 900 and 1280 × 720 in both languages, the pages in the hand at 360 × 740; only those with
PART in their name, such as `-en-1280` or `density-`.
"""

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import APIRequestContext, Browser, Page, expect, sync_playwright

from tests.web_map.browsers import SOFTWARE_WEBGL, STEP_MS, launch, with_locked_node
from tests.web_map.conftest import settle

ADDRESS = "http://127.0.0.1:8100"
SIZES = ((1440, 900), (1280, 720))
LOCALES = {"zh": "zh-CN", "en": "en-GB"}
HEADERS = {"X-Yiwang": "screens"}
COMMUNITY = "140502006022"
YEAR = "mode=density&from=2025-11-01&to=2026-10-31"
Act = Callable[[Page], None]


@dataclass(frozen=True)
class Screen:
    """where: the address behind the host; who: the account, "" for a visitor; act: what is done then."""

    name: str
    where: str
    who: str = ""
    act: Act | None = None


def main(folder: Path, address: str, part: str) -> None:
    """Walk all screens; one that fails is named at the end and does not stop the others."""
    folder.mkdir(parents=True, exist_ok=True)
    failed: list[str] = []
    with_locked_node()
    with sync_playwright() as playwright:
        browser = launch(playwright, SOFTWARE_WEBGL)
        with _plan(browser, address) as facts:
            for language in LOCALES:
                for screen in screens(facts):
                    for size in ((360, 740),) if screen.where[:2] in ("m#", "g/") else SIZES:
                        name = f"{screen.name}-{language}-{size[0]}"
                        if part not in name:
                            continue
                        try:
                            _take(browser, address, screen, language, size, folder / f"{name}.png")
                        except Exception as error:
                            failed.append(f"{name}: {str(error).splitlines()[0]}")
    print("\n".join(failed) or "all taken")


def screens(facts: Mapping[str, str]) -> list[Screen]:
    """facts: plan, community, grid and bare (a plan without an edit) to look at, and a place lon,lat."""
    plan, grid, community = (facts[name] for name in ("plan", "grid", "community"))
    lon, lat = facts["place"].split(",")
    houses = f"unit=building&view=15.5/{lat}/{lon}"
    first_row = _press(".density-table tbody tr:first-child .link")
    spot = f"view=16/{lat}/{lon}&at=spot:{lon},{lat}"
    return [
        Screen("dispatch-first", "#"),
        Screen("dispatch-legend", "#", act=_press(".legend summary")),
        Screen("dispatch-area", f"#at=area:{community}", "dispatcher", _press(".prints summary")),
        Screen("dispatch-card", f"#{spot}", "dispatcher"),
        Screen("dispatch-visitor", f"#{spot}"),
        Screen("dispatch-past", f"#{spot}&time=2025-01-01T00:00:00%2B08:00", "dispatcher"),
        Screen("dispatch-outside", "#at=spot:113.9,36.9", "dispatcher"),
        Screen("dispatch-unknown", "#at=grid:140502999999999", "dispatcher"),
        Screen("dispatch-search", "#", "dispatcher", _type),
        Screen("dispatch-coverage", "#", "administrator"),
        Screen("dispatch-calls", f"#view=15.5/{lat}/{lon}", "dispatcher", _calls),
        Screen("sign-in", "#", act=_press(".session > button")),
        Screen("keys", "#", act=_press("button.round")),
        Screen("plans-visitor", "#mode=plan"),
        Screen("plans", "#mode=plan", "planner"),
        Screen("plan", f"#mode=plan&plan={plan}", "planner", _fit),
        Screen("plan-empty", f"#mode=plan&plan={facts['bare']}", "planner", _fit),
        *(
            Screen(f"plan-{tab}", f"#mode=plan&plan={plan}", "planner", _press(f"#tab-{tab}"))
            for tab in ("problems", "changes", "remarks")
        ),
        Screen("plan-balance", f"#mode=plan&plan={plan}", "planner", _balance),
        Screen("plan-chosen", f"#mode=plan&plan={plan}", "planner", _balance_chosen),
        Screen("compare", f"#mode=compare&plan={plan}", "planner"),
        Screen("compare-swipe", f"#mode=compare&plan={plan}&swipe=1", "planner"),
        Screen("compare-visitor", "#mode=compare"),
        Screen("density", f"#{YEAR}", "dispatcher"),
        Screen("density-month", f"#{YEAR}&bucket=month", "dispatcher"),
        Screen("density-smoothed", f"#{YEAR}&rate=smoothed", "dispatcher"),
        Screen("density-hexagons", f"#{YEAR}&unit=h3", "dispatcher"),
        Screen("density-houses", f"#{YEAR}&{houses}", "dispatcher"),
        Screen("density-hot", f"#{YEAR}", "dispatcher", _press("#part-hot")),
        Screen("density-early", "#mode=density&to=2026-10-31", "dispatcher", _press("#part-early")),
        Screen("density-nothing", "#mode=density&from=2020-01-01&to=2020-02-01", "dispatcher"),
        Screen("density-grid", f"#{YEAR}", "dispatcher", first_row),
        Screen("hand", "m#", "dispatcher"),
        Screen("board", f"g/{grid}"),
    ]  # fmt: skip


@contextmanager
def _plan(browser: Browser, address: str) -> Iterator[dict[str, str]]:
    """Two plans of the busiest community of the demo, one of them with an edit; withdrawn afterwards."""
    context = browser.new_context(base_url=address)
    ask = context.request
    _sign_in(ask, "planner")
    made = [_made(ask, title, COMMUNITY) for title in ("东街调整", "空白方案")]
    net = ask.get(f"/v1/plans/{made[0]}/net").json()["features"]
    first = net[0]["properties"]["code"]
    shape = net[0]["geometry"]["coordinates"][0]
    lons, lats = [lon for lon, _ in shape], [lat for _, lat in shape]
    middle = sum(lats) / len(lats)
    ends = [[min(lons) - 1e-4, middle], [max(lons) + 1e-4, middle]]
    line = {"type": "LineString", "coordinates": ends}
    ask.post(
        f"/v1/plans/{made[0]}/edits?datum=wgs84",
        data={"operation": "split", "grid": first, "line": line},
        headers={**HEADERS, "If-Match": '"1"'},
    )
    place = f"{sum(lons) / len(lons):.5f},{sum(lats) / len(lats):.5f}"
    try:
        yield {"plan": made[0], "bare": made[1], "community": COMMUNITY, "grid": first, "place": place}
    finally:
        for code in made:
            version = ask.get(f"/v1/plans/{code}").json()["version"]
            seen = {**HEADERS, "If-Match": f'"{version}"'}
            ask.post(f"/v1/plans/{code}/withdrawal", data={}, headers=seen)
        context.close()


def _made(ask: APIRequestContext, title: str, scope: str) -> str:
    reply = ask.post("/v1/plans", data={"title": title, "scope": scope}, headers=HEADERS)
    assert reply.ok, reply.text()
    return str(reply.json()["code"])


def _sign_in(ask: APIRequestContext, who: str) -> None:
    """In the demo the password is the name."""
    reply = ask.post("/v1/session", data={"name": who, "password": who}, headers=HEADERS)
    assert reply.ok, reply.text()


def _take(
    browser: Browser, address: str, screen: Screen, language: str, size: tuple[int, int], target: Path
) -> None:
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        locale=LOCALES[language],
        reduced_motion="reduce",
        base_url=address,
    )
    context.set_default_timeout(STEP_MS)
    try:
        if screen.who:
            _sign_in(context.request, screen.who)
        page = context.new_page()
        joint = "" if screen.where.endswith("#") or "#" not in screen.where else "&"
        page.goto(f"/{screen.where}{joint}lang={language}" if "#" in screen.where else f"/{screen.where}")
        if "#" in screen.where and not screen.where.startswith("m"):
            settle(page)
        page.wait_for_load_state("networkidle")
        if screen.act is not None:
            screen.act(page)
        page.wait_for_load_state("networkidle")
        page.wait_for_timeout(600)
        page.screenshot(path=target)
    finally:
        context.close()


def _press(selector: str) -> Act:
    return lambda page: page.locator(selector).first.click()


def _type(page: Page) -> None:
    page.locator(".omnibox input").fill("bfs")
    expect(page.get_by_role("option").first).to_be_visible()


def _calls(page: Page) -> None:
    page.locator("body").press("a")
    box = page.locator(".map canvas").first.bounding_box()
    assert box is not None
    for east, north in ((0.3, 0.3), (0.7, 0.3), (0.7, 0.7), (0.3, 0.7)):
        at = box["x"] + east * box["width"], box["y"] + north * box["height"]
        page.mouse.move(*at, steps=3)
        page.mouse.click(*at)
    page.keyboard.press("Enter")
    expect(page.locator(".call-list tbody tr").first).to_be_visible()


def _fit(page: Page) -> None:
    expect(page.locator(".grids tbody tr").first).to_be_visible()
    page.locator("body").press("f")
    settle(page)


def _balance(page: Page) -> None:
    _fit(page)
    page.locator("body").press("a")
    page.locator(".balance button[type=submit]").click()
    expect(page.locator(".balance[aria-busy=false] .proposals")).to_be_visible(timeout=180_000)
    page.locator(".proposals button.plain").first.click()


def _balance_chosen(page: Page) -> None:
    page.evaluate("() => sessionStorage.clear()")
    _fit(page)
    for at in (0, 1):
        page.locator(".grids tbody input").nth(at).check()
    page.locator("body").press("a")


if __name__ == "__main__":
    main(Path(sys.argv[1]), *(sys.argv[2:] + [ADDRESS, ""][len(sys.argv[2:]) :]))
