"""The contract and the page: everything from this machine, nothing undeclared."""

import base64
import hashlib
import re
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from fastapi.testclient import TestClient

from api.contract import declared_roles
from api.frontdoor import CONTENT_SECURITY_POLICY
from api.routes import page
from tests.api.conftest import basic
from tests.boundaries import towns


def test_the_document_names_role_and_problems_of_every_route(app: FastAPI, client: TestClient) -> None:
    document = client.get("/openapi.json").json()
    documented = {
        (method.upper(), path) for path, operations in document["paths"].items() for method in operations
    }
    expected = {route for route in declared_roles(app) if route[1].startswith(("/v1/", "/ogc/"))} | {
        ("GET", "/healthz"),
        ("GET", "/readyz"),
    }
    assert documented == expected
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            assert operation["x-yiwang-role"], (method, path)
            assert operation["description"], (method, path)
            if operation["x-yiwang-role"] != "anyone":
                assert operation["security"] == [{"basic": []}, {"session": []}, {"key": []}]
            for status, reply in operation["responses"].items():
                if status.startswith(("4", "5")) and path not in ("/v1/session", "/healthz", "/readyz"):
                    assert "application/problem+json" in reply["content"], (method, path, status)


def test_every_schema_reference_of_the_document_resolves(client: TestClient) -> None:
    reply = client.get("/openapi.json")
    schemas = reply.json()["components"]["schemas"]
    for reference in set(re.findall(r'"\$ref":"([^"]+)"', reply.text)):
        assert reference.removeprefix("#/components/schemas/") in schemas


def test_the_routes_can_be_read_without_script_or_outside_address(client: TestClient) -> None:
    html = client.get("/docs").text
    assert "/v1/lookup/batch" in html
    assert "<script" not in html
    assert not re.search(r"(src|href)=\"(https?:)?//", html)


def test_every_answer_carries_the_headers_of_safety(client: TestClient) -> None:
    for path in ("/healthz", "/v1/district", "/v1/nothing"):
        headers = client.get(path).headers
        assert headers["content-security-policy"] == CONTENT_SECURITY_POLICY
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
    assert "worker-src 'self' blob:" in CONTENT_SECURITY_POLICY
    assert "img-src 'self' data: blob:" in CONTENT_SECURITY_POLICY
    assert "script-src 'self';" in CONTENT_SECURITY_POLICY
    assert "unsafe-" not in CONTENT_SECURITY_POLICY
    assert not re.search(r"https?:|\*", CONTENT_SECURITY_POLICY)
    assert client.get("/v1/district").headers["cache-control"] == "no-store"


def test_the_page_of_the_routes_may_have_its_own_style_and_no_other(client: TestClient) -> None:
    reply = client.get("/docs")
    (style,) = re.findall(r"<style>(.*?)</style>", reply.text, re.S)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = reply.headers["content-security-policy"]
    assert policy == CONTENT_SECURITY_POLICY.replace("style-src 'self'", f"style-src 'sha256-{digest}'")
    assert " style=" not in reply.text


def test_every_route_answers_with_the_headers_of_safety(app: FastAPI, client: TestClient) -> None:
    """Whatever it answers to a visitor who asks nothing sensible."""
    for route in iter_route_contexts(app.routes):
        path = re.sub(r"\{[^}]*\}", "x", route.path or "/")
        for method in sorted(route.methods or ()):
            headers = client.request(method, path, headers={"Sec-Fetch-Mode": "cors"}).headers
            assert "default-src 'none'" in headers["content-security-policy"], (method, path)
            assert "frame-ancestors 'none'" in headers["content-security-policy"], (method, path)
            assert "unsafe-" not in headers["content-security-policy"], (method, path)
            assert headers["x-content-type-options"] == "nosniff", (method, path)
            assert headers["referrer-policy"] == "same-origin", (method, path)
            assert headers["x-request-id"], (method, path)
            assert "server" not in headers, (method, path)


@pytest.fixture
def dist(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A bundle of the test's own."""
    folder = tmp_path / "dist"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text("<!doctype html><title>一张网</title>", encoding="utf-8")
    (folder / "assets" / "index-1a2b3c.js").write_text("export {}")
    (folder / "favicon.svg").write_text("<svg/>")
    (folder / ".stamp").write_text("secret")
    (tmp_path / "outside.txt").write_text("secret")
    monkeypatch.setattr(page, "DIST", folder)
    return folder


def test_the_page_is_served_with_its_hashed_files_kept_for_ever(client: TestClient, dist: Path) -> None:
    index = client.get("/")
    assert "一张网" in index.text
    assert index.headers["cache-control"] == "no-cache"
    script = client.get("/assets/index-1a2b3c.js")
    assert "immutable" in script.headers["cache-control"]
    assert "javascript" in script.headers["content-type"]
    assert client.get("/favicon.svg").headers["content-type"] == "image/svg+xml"


@pytest.mark.parametrize(
    "path",
    [
        "/assets/../../outside.txt",
        "/assets/%2e%2e/%2e%2e/outside.txt",
        "/..%2foutside.txt",
        "/.stamp",
        "/assets",
        "/x",
    ],
)
def test_nothing_beside_the_bundle_is_served(client: TestClient, dist: Path, path: str) -> None:
    reply = client.get(path)
    assert reply.status_code == 404
    assert "secret" not in reply.text


def test_without_a_bundle_the_page_says_how_to_build_it(
    client: TestClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page, "DIST", tmp_path / "none")
    reply = client.get("/")
    assert (reply.status_code, reply.json()["code"]) == (503, "page-not-built")
    assert "./run" in reply.json()["detail"]


def _net(*boxes: tuple[str, float, float, float, float]) -> dict[str, object]:
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": {"code": code},
                "geometry": towns.box(*sides).__geo_interface__,
            }
            for code, *sides in boxes
        ],
    }


def test_a_net_is_checked_before_it_is_in_the_register(client: TestClient) -> None:
    planner = basic("planner")
    sound = client.post(
        f"/v1/net/check?datum=wgs84&within={towns.A}",
        json=_net(("w", 0, 0, 5, 10), ("e", 5, 0, 10, 10)),
        headers=planner,
    ).json()
    assert sound["is_sound"] is True and sound["polygons"] == 2
    # e begins 0.001° too far west: about 90.7 m × 1110 m lie in both
    broken = client.post(
        f"/v1/net/check?datum=wgs84&within={towns.A}",
        json=_net(("w", 0, 0, 5, 10), ("e", 4, 0, 10, 10)),
        headers=planner,
    ).json()
    assert broken["is_sound"] is False
    (overlap,) = [
        fault for fault in broken["faults"]["features"] if fault["properties"]["fault"] == "overlaps"
    ]
    assert overlap["properties"]["polygons"] == ["w", "e"]
    assert overlap["properties"]["area_m2"] == pytest.approx(90.7 * 1110, rel=0.01)


@pytest.mark.parametrize(
    ("query", "body", "status", "code"),
    [
        ("datum=wgs84", b"[]", 400, "unreadable-body"),
        (
            "datum=wgs84",
            b'{"type": "FeatureCollection", "features": [{"geometry": {"type": "X"}}]}',
            400,
            "unreadable-body",
        ),
        ("", b'{"type": "FeatureCollection", "features": []}', 400, "missing-datum"),
        ("datum=wgs84&within=9", b'{"type": "FeatureCollection", "features": []}', 404, "unknown-code"),
    ],
)
def test_what_is_no_net_is_refused(
    client: TestClient, query: str, body: bytes, status: int, code: str
) -> None:
    reply = client.post(f"/v1/net/check?{query}", content=body, headers=basic("planner"))
    assert (reply.status_code, reply.json()["code"]) == (status, code)
