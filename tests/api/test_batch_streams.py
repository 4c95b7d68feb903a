"""Many places at once as NDJSON and Arrow, mixed with the other forms; what is wrong; how much memory."""

import asyncio
import csv
import io
import itertools
import json
import random
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api import batches
from api.batches import ARROW, CSV, JSON, NDJSON
from tests.api.conftest import basic
from tests.boundaries import towns

Row = tuple[str, Any, Any]
PLACES: list[Row] = [
    ("a", *towns.at(2, 8)),
    ("b", *towns.at(12, 5)),
    ("c", *towns.at(25, 5)),
    ("far", 113.5, 35.9),
    ("", *towns.at(2, 8)),  # called by its number
]


def _ndjson(rows: list[Row]) -> bytes:
    return b"".join(
        json.dumps({"id": name, "lon": lon, "lat": lat}).encode() + b"\n" for name, lon, lat in rows
    )


def _arrow(rows: list[Row], *, most: int = 2, **options: Any) -> bytes:
    table = pa.table(dict(zip(("id", "lon", "lat"), map(list, zip(*rows, strict=True)), strict=True)))
    out = io.BytesIO()
    with pa.ipc.new_stream(out, table.schema, **options) as writer:
        writer.write_table(table, max_chunksize=most)
    return out.getvalue()


def _given(kind: str, rows: list[Row]) -> bytes:
    if kind == JSON:
        return json.dumps(
            {"points": [{"id": name, "lon": lon, "lat": lat} for name, lon, lat in rows]}
        ).encode()
    if kind == CSV:
        return "\r\n".join(["id,lon,lat", *(f"{name},{lon},{lat}" for name, lon, lat in rows)]).encode()
    return _ndjson(rows) if kind == NDJSON else _arrow(rows)


def _told(kind: str, content: bytes) -> list[dict[str, Any]]:
    """Rows by the columns that every form has; an empty cell of a CSV is None elsewhere."""
    if kind == JSON:
        rows = json.loads(content)["results"]
    elif kind == CSV:
        rows = [
            {name: cell or None for name, cell in row.items()}
            for row in csv.DictReader(io.StringIO(content.decode()))
        ]
    elif kind == NDJSON:
        rows = [json.loads(line) for line in content.splitlines()]
    else:
        rows = pa.ipc.open_stream(content).read_all().to_pylist()
    return [{name: row[name] for name in batches.COLUMNS} for row in rows]


def _post(client: TestClient, given: str, body: bytes, accept: str | None = None) -> Any:
    headers = {"Content-Type": given, **({"Accept": accept} if accept else {}), **basic("dispatcher")}
    return client.post("/v1/lookup/batch?datum=wgs84", content=body, headers=headers)


def test_every_form_goes_to_every_form_with_the_same_answers(client: TestClient) -> None:
    expected = None
    for given, wanted in itertools.product((JSON, NDJSON, CSV, ARROW), repeat=2):
        reply = _post(client, given, _given(given, PLACES), wanted)
        assert reply.status_code == 200, reply.text
        assert reply.headers["content-type"].startswith(wanted)
        assert reply.headers["x-yiwang-net-version"] == "1"
        assert reply.headers["x-yiwang-stale"] == "false"
        told = _told(wanted, reply.content)
        expected = expected or told
        assert told == expected
    assert expected is not None
    assert [row["id"] for row in expected] == ["a", "b", "c", "far", "5"]
    assert [row["leader"] for row in expected] == ["王小明", None, "李芳", None, "王小明"]
    assert [row["status"] for row in expected] == ["owned", "vacant", "owned", "outside", "owned"]
    assert _post(client, NDJSON, _ndjson(PLACES)).headers["content-type"].startswith(NDJSON)


def test_a_line_that_is_no_point_is_a_row_with_its_fault(client: TestClient) -> None:
    body = b'{"id":"a","lon":1}\n\nnot json\n[1,2]\n{"id":"t","lon":true,"lat":35.5}\n{"lon":"1_0","lat":1}\n'
    rows = [
        json.loads(line) for line in _post(client, NDJSON, body + _ndjson(PLACES[:1])).content.splitlines()
    ]
    assert [row["status"] for row in rows] == ["error"] * 5 + ["owned"]
    assert [row["id"] for row in rows] == ["a", "2", "3", "t", "5", "a"]
    assert "lat None is not a number" in rows[0]["error"] and rows[5]["error"] is None
    assert "no object" in rows[1]["error"] and "True" in rows[3]["error"]
    told = _post(client, NDJSON, body, JSON).json()
    assert [(error["row"], error["code"]) for error in told["errors"]] == [
        (1, "not-a-number"),
        (2, "unreadable-row"),
        (3, "unreadable-row"),
        (4, "not-a-number"),
        (5, "not-a-number"),
    ]


def test_missing_and_swapped_values_of_an_arrow_stream_are_listed(client: TestClient) -> None:
    rows: list[Row] = [("a", None, 35.5), ("b", float("nan"), 35.5), ("c", 35.5, 112.85), ("d", 1e300, 0.0)]
    told = pa.ipc.open_stream(_post(client, ARROW, _arrow(rows)).content).read_all().to_pylist()
    assert [row["status"] for row in told] == ["error"] * 4
    assert "swapped" in told[2]["error"] and "not a number" in told[0]["error"]


def _wrong_offsets() -> bytes:
    """A text column whose offsets lead out of its buffer."""
    body = _arrow([("abcdefg", 112.0, 35.0)])
    before, right, after = body.rpartition(struct.pack("<2i", 0, 7))
    assert right
    return before + struct.pack("<2i", 0, 10_000_000) + after


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "no Arrow"),
        (b"id,lon,lat\n1,2,3\n", "no Arrow"),
        (_arrow(PLACES)[:200], "no Arrow"),
        (_arrow(PLACES, options=pa.ipc.IpcWriteOptions(compression="zstd")), "compressed"),
        (_arrow(PLACES, options=pa.ipc.IpcWriteOptions(compression="lz4")), "compressed"),
        (_arrow([("a", "112.8", "35.5")]), "holds no numbers"),
        (_arrow([([1], 112.8, 35.5)]), "neither text nor whole numbers"),  # type: ignore[list-item]
        (_wrong_offsets(), "no Arrow"),
    ],
)
def test_a_stream_that_is_none_or_lies_is_refused(client: TestClient, body: bytes, why: str) -> None:
    reply = _post(client, ARROW, body)
    assert (reply.status_code, reply.json()["code"]) == (400, "unreadable-body")
    assert why in reply.json()["detail"]


def test_a_stream_with_random_bytes_changed_is_answered_or_refused(client: TestClient) -> None:
    rng = random.Random(3)
    whole = _arrow(PLACES)
    seen = set()
    for _ in range(150):
        body = bytearray(whole)
        for _ in range(rng.randint(1, 4)):
            body[rng.randrange(len(body))] = rng.randrange(256)
        seen.add(_post(client, ARROW, bytes(body)).status_code)
    assert seen <= {200, 400, 413} and 400 in seen


def test_a_text_in_the_middle_that_is_no_utf8_makes_the_whole_gb18030_or_nothing(client: TestClient) -> None:
    lon, lat = towns.at(2, 8)
    rows = "".join(f"{n},{lon},{lat}\n" for n in range(30_000))
    body = f"id,lon,lat\n{rows}".encode() + f"尾号东街,{lon},{lat}\n".encode("gb18030")
    told = _told(CSV, _post(client, CSV, body).content)
    assert len(told) == 30_001 and told[-1]["id"] == "尾号东街" and told[-1]["grid"] == f"{towns.A}001"
    assert _post(client, CSV, body + b"\xff\xff,1,2\n").status_code == 400
    assert _post(client, "text/csv; charset=rot13", body).status_code == 400


def test_the_limit_of_a_stream_holds_before_its_rows_are_read(client: TestClient) -> None:
    """A column of nulls says any length and has no bytes."""
    count = batches.MOST_POINTS + 1
    zeros = np.zeros(count)
    batch = pa.record_batch([pa.array(zeros), pa.array(zeros)], names=["lon", "lat"])
    out = io.BytesIO()
    with pa.ipc.new_stream(out, batch.schema) as writer:
        writer.write_batch(batch)
    reply = _post(client, ARROW, out.getvalue())
    assert (reply.status_code, reply.json()["code"]) == (413, "too-many-points")


def test_many_points_pass_through_in_little_memory(app: FastAPI, client: TestClient) -> None:
    """The served process itself, asked by ASGI: the body comes and goes in chunks that nobody keeps."""
    chunk = _ndjson([(str(number), *towns.at(number % 30, 5)) for number in range(2_000)])
    assert _exchange(app, [chunk])[0] == 200  # warm
    before = _resident()
    Path("/proc/self/clear_refs").write_text("5")
    status, lines = _exchange(app, itertools.repeat(chunk, 100))
    assert (status, lines) == (200, 200_000)
    assert _resident("VmHWM") - before < 40_000_000  # the bodies are 13 and 26 MB


def _exchange(app: FastAPI, chunks: Any) -> tuple[int, int]:
    """Send a batch in chunks; status and lines of the reply."""
    status = lines = 0
    left: Iterator[bytes | None] = itertools.chain(chunks, [None])

    async def receive() -> dict[str, Any]:
        body = next(left, b"")
        if body == b"":  # all was sent, and the connection stays
            await asyncio.Event().wait()
        return {"type": "http.request", "body": body or b"", "more_body": body is not None}

    async def send(message: Any) -> None:
        nonlocal status, lines
        status = message.get("status", status)
        lines += message.get("body", b"").count(b"\n")

    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "path": "/v1/lookup/batch",
        "raw_path": b"/v1/lookup/batch",
        "root_path": "",
        "scheme": "http",
        "query_string": b"datum=wgs84",
        "headers": [(b"content-type", NDJSON.encode()), (b"host", b"localhost")],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
    }
    asyncio.run(app(scope, receive, send))
    return status, lines


def _resident(name: str = "VmRSS") -> int:
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return int(status[name].split()[0]) * 1024
