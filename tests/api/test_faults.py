"""Clients that send too much, too slowly or not to the end, and files made to burst: others go on."""

import io
import json
import select
import socket
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from api import accounts
from boundaries.duty import matters
from boundaries.land import districts
from boundaries.store.database import Database
from boundaries.store.settings import Settings
from tests import figures
from tests.api.conftest import PASSWORD, basic
from tests.api.kills import Server
from tests.api.sockets import most_in_sockets
from tests.boundaries import towns
from tests.boundaries.land.importing import drawn as drawn_files
from tests.boundaries.land.plans import drawn
from tests.conftest import _cluster_home
from tests.waiting import until

MIB = 2**20
WORKER = basic("worker")["Authorization"]
LON, LAT = towns.at(2, 8)
LOOKUP = {"lon": LON, "lat": LAT, "datum": "wgs84"}
INCIDENT = {"matter": "0102", "happened_at": "2026-05-01T08:00:00+00:00", **LOOKUP, "source": "fault"}


@pytest.fixture(scope="module")
def served() -> Iterator[Server]:
    """The real server in a process of its own, over a town."""
    with _cluster_home() as home:
        database = Database.open(Settings(home=home))
        with database.transaction() as session:
            drawn.town(session)
            matters.put(session, districts.get(session, towns.DISTRICT), matters.national())
            for role in ("worker", "clerk", "planner"):
                accounts.put(session, name=role, password=PASSWORD, role=role, datum=None, area=None)
        server = Server(home)
        server.start()
        try:
            assert _report(server).status_code == 201  # warm
            yield server
        finally:
            server.kill()
            database.close()


@contextmanager
def _growth(server: Server) -> Iterator[dict[str, float]]:
    """How many MiB the server's memory grew at most, told in the dictionary afterwards."""
    folder = Path(f"/proc/{server.process.pid}")
    (folder / "clear_refs").write_text("5")  # the highest mark begins anew
    before = _memory(folder, "VmRSS")
    told: dict[str, float] = {}
    yield told
    told["grown_mib"] = round(_memory(folder, "VmHWM") - before, 1)


def _memory(folder: Path, name: str) -> float:
    row = next(row for row in (folder / "status").read_text().splitlines() if row.startswith(name))
    return int(row.split()[1]) / 1024


def _files(server: Server) -> int:
    return len(list(Path(f"/proc/{server.process.pid}/fd").iterdir()))


def _connect(server: Server) -> socket.socket:
    opened = socket.create_connection(("127.0.0.1", int(server.url.rsplit(":", 1)[1])), timeout=120)
    opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return opened


def _head(path: str, **headers: str) -> bytes:
    lines = [f"POST {path} HTTP/1.1", "Host: localhost"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def _report(server: Server) -> httpx.Response:
    return httpx.post(
        f"{server.url}/v1/incidents", json=INCIDENT, headers={"Authorization": WORKER}, timeout=60
    )


def _incidents(server: Server) -> int:
    told = httpx.get(
        f"{server.url}/v1/incidents",
        params={"source": "fault", "limit": 1000},
        headers={"Authorization": WORKER},
        timeout=60,
    )
    return len(told.json()["incidents"])


def _pour(opened: socket.socket, total: int, *, chunked: bool) -> tuple[int, bytes]:
    """Send zeros until the server answers or hangs up: (bytes sent, beginning of the answer)."""
    piece = b"0" * 65536
    framed = b"10000\r\n" + piece + b"\r\n" if chunked else piece
    sent = 0
    try:
        while sent < total:
            if select.select([opened], [], [], 0)[0]:
                break
            opened.sendall(framed)
            sent += len(piece)
        return sent, opened.recv(4096)
    except OSError:  # hung up in the middle of it
        return sent, b""


@pytest.mark.parametrize("chunked", [False, True], ids=["of a stated length", "of no stated length"])
def test_a_body_of_a_gigabyte_is_refused_without_being_taken(served: Server, chunked: bool) -> None:
    length = {"Transfer_Encoding": "chunked"} if chunked else {"Content_Length": str(1024 * MIB)}
    with _growth(served) as grown, _connect(served) as opened:
        opened.sendall(
            _head("/v1/incidents", Authorization=WORKER, Content_Type="application/json", **length)
        )
        sent, answer = _pour(opened, 1024 * MIB, chunked=chunked)
    assert answer.startswith(b"HTTP/1.1 413 ") or (answer == b"" and not chunked)
    limit = 64 if chunked else 0
    assert sent <= (limit + 16) * MIB + most_in_sockets()
    assert grown["grown_mib"] <= 32  # what is longer than a mebibyte waits in a file
    figures.keep(f"gigabyte-{'chunked' if chunked else 'stated'}", sent_mib=sent / MIB, **grown)


def test_a_body_that_nobody_signed_for_is_not_kept_in_memory(served: Server) -> None:
    """A key of a request makes the server look at the body before it knows who asks."""
    head = _head(
        "/v1/imports",
        Content_Type="application/json",
        Transfer_Encoding="chunked",
        Idempotency_Key="a-big-one",
    )
    with _growth(served) as grown, _connect(served) as opened:
        opened.sendall(head)
        sent, _ = _pour(opened, 300 * MIB, chunked=True)
    assert sent <= 20 * MIB + most_in_sockets()
    assert grown["grown_mib"] <= 32


def test_bodies_that_never_end_hold_nothing_that_others_need(served: Server) -> None:
    before, files = _incidents(served), _files(served)
    heads = [
        _head(path, Authorization=who, Content_Length="5000", Content_Type=media)
        for path, who, media in (
            ("/v1/incidents", WORKER, "application/json"),
            ("/v1/plans", basic("planner")["Authorization"], "application/json"),
            ("/v1/lookup/batch", WORKER, "text/csv"),
            ("/v1/duties/workbook", basic("clerk")["Authorization"], "application/octet-stream"),
            ("/v1/imports", basic("planner")["Authorization"], "multipart/form-data; boundary=b"),
            ("/open311/v2/requests.json", WORKER, "application/x-www-form-urlencoded"),
        )
    ]
    opened = [_connect(served) for _ in range(240)]
    try:
        for number, each in enumerate(opened):
            each.sendall(heads[number % len(heads)] + b'{"matter": "01')
        time.sleep(1)
        started = time.monotonic()
        writes = [_report(served).status_code for _ in range(5)]
        reads = [
            httpx.get(f"{served.url}/v1/lookup", params=LOOKUP, timeout=60).status_code for _ in range(200)
        ]
        took = time.monotonic() - started
    finally:
        for each in opened:
            each.close()
    assert writes == [201] * 5 and reads == [200] * 200
    until(lambda: _files(served) <= files + 10, "files are held")
    assert _incidents(served) == before + 5
    figures.keep(
        "half-sent", connections=len(opened), writes=5, lookups=200, failed=0, seconds=round(took, 2)
    )


def test_clients_that_send_by_drops_or_do_not_read_leave_the_others_alone(served: Server) -> None:
    drops = [_connect(served) for _ in range(150)]
    deaf = [_connect(served) for _ in range(5)]
    rows = ("id,lon,lat\n" + f"x,{LON},{LAT}\n" * 100_000).encode()
    head = _head(
        "/v1/lookup/batch?datum=wgs84",
        Content_Type="text/csv",
        Content_Length=str(len(rows)),
        Authorization=WORKER,
    )
    slow: list[float] = []
    with _growth(served) as grown:
        try:
            for each in deaf:
                each.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
                each.sendall(head + rows)
            for letter in _head("/v1/lookup/batch", Authorization=WORKER)[:40]:
                for each in drops:
                    each.send(bytes([letter]))
                started = time.perf_counter()
                assert httpx.get(f"{served.url}/v1/lookup", params=LOOKUP, timeout=120).status_code == 200
                slow.append(time.perf_counter() - started)
            assert _report(served).status_code == 201
        finally:
            for each in (*drops, *deaf):
                each.close()
    assert grown["grown_mib"] <= 200
    figures.keep("slow-clients", by_drops=150, deaf=5, lookups=len(slow), failed=0, **grown)


def _zipped(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as packed:
        for name, content in members.items():
            packed.writestr(name, content)
    return out.getvalue()


def _book(strings: bytes) -> bytes:
    """A workbook with the sheet 责任 whose shared strings are these bytes."""
    from openpyxl import Workbook

    book, out = Workbook(), io.BytesIO()
    assert book.active is not None
    book.active.title = "责任"
    book.active.append(["x"])
    book.save(out)
    members = {}
    with zipfile.ZipFile(out) as packed:
        for each in packed.infolist():
            members[each.filename] = packed.read(each)
    members["xl/sharedStrings.xml"] = strings
    return _zipped(members)


def test_archives_made_to_burst_are_refused_in_bounded_memory(served: Server, tmp_path: Path) -> None:
    strings = (
        b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        + b"<si><t>x</t></si>" * (20 * MIB)
    )
    shape = b"\0" * 700 * MIB
    asked: dict[str, tuple[str, str, dict[str, Any]]] = {}
    book = _book(strings)
    sheet = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    asked["workbook of duties"] = ("clerk", "/v1/duties/workbook", {"content": book})
    asked["workbook of incidents"] = (
        "worker", "/v1/incidents?datum=wgs84", {"content": book, "headers": {"Content-Type": sheet}},
    )  # fmt: skip
    form = {"kind": "grids"}
    asked["workbook of grids"] = (
        "planner", "/v1/imports", {"files": {"file": ("b.xlsx", book)}, "data": form},
    )  # fmt: skip
    shapefile = _zipped({"g.shp": shape, "g.shx": b"", "g.dbf": b""})
    asked["shapefile"] = ("planner", "/v1/imports", {"files": {"file": ("b.zip", shapefile)}, "data": form})
    packed = _zipped({"g.gpkg": b"SQLite format 3\0" + shape})
    asked["GeoPackage in a zip"] = (
        "planner", "/v1/imports", {"files": {"file": ("g.zip", packed)}, "data": form},
    )  # fmt: skip
    endless = drawn_files.endless(tmp_path).read_bytes()
    asked["GeoPackage without an end"] = (
        "planner", "/v1/imports", {"files": {"file": ("e.gpkg", endless)}, "data": {**form, "layer": "more"}},
    )  # fmt: skip
    nested = _zipped({"a.zip": shapefile})
    asked["zip in a zip"] = ("planner", "/v1/imports", {"files": {"file": ("n.zip", nested)}, "data": form})
    kept: dict[str, Any] = {}
    for what, (who, path, more) in asked.items():
        headers = {**basic(who), **more.pop("headers", {})}
        with _growth(served) as grown:
            reply = httpx.post(f"{served.url}{path}", headers=headers, timeout=120, **more)
        assert 400 <= reply.status_code < 500, (what, reply.text)
        assert grown["grown_mib"] <= 100, (what, grown)
        kept[what] = {"code": reply.json()["code"], **grown}
    assert httpx.get(f"{served.url}/v1/lookup", params=LOOKUP, timeout=60).status_code == 200
    figures.keep("archives", archives=kept)


def test_what_came_before_is_all_there(served: Server) -> None:
    """After all of it the register answers, and its pool has no connection in use."""
    busy = text(
        "select count(*) from pg_stat_activity where application_name = 'yiwang'"
        " and state like 'idle in transaction%' and state_change < now() - interval '5 seconds'"
    )
    database = Database.open(Settings(home=served.home))

    def is_idle() -> bool:
        with database.transaction() as session:
            return session.scalar(busy) == 0

    try:  # a slow machine computes for long between two questions of one transaction
        until(is_idle, "a connection is held", every_s=0.5)
    finally:
        database.close()
    assert json.loads(httpx.get(f"{served.url}/readyz?writes=true", timeout=60).text)["writes"] is True
