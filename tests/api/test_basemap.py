"""A basemap from a file and from another server: pictures, their datum, and a key that stays here."""

import contextlib
import gzip
import io
import itertools
import math
import struct
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import shapely
from fastapi.testclient import TestClient
from geopandas import GeoDataFrame
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from pydantic import ValidationError

from api.app import create_app
from api.basemap import BasemapUnavailable, open_basemap
from api.basemap.pmtiles import PmTiles, tile_id
from api.basemap.remote import RemoteTiles
from boundaries.store.database import Database
from boundaries.store.settings import Settings
from tests.api import vector_tile
from tests.api.sockets import most_in_sockets
from tests.boundaries import towns

KEY = "secret-of-the-map"


def picture(colour: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (256, 256), colour).save(out, "PNG")
    return out.getvalue()


def varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def directory(rows: list[tuple[int, int, int, int]]) -> bytes:
    """rows: first tile, how many, length, offset."""
    firsts = [row[0] for row in rows]
    steps = [now - before for before, now in zip([0, *firsts], firsts, strict=False)]
    numbers = [len(rows), *steps, *(row[1] for row in rows), *(row[2] for row in rows)]
    return gzip.compress(b"".join(map(varint, [*numbers, *(row[3] + 1 for row in rows)])))


def archive(path: Path, *, kind: int = 2, leaf: bool = False, deepest: int = 2) -> Path:
    """Zoom 0 red; of zoom 1 the four tiles blue, in one run; nothing of zoom 2."""
    red, blue = picture("red"), picture("blue")
    tiles = directory([(0, 1, len(red), 0), (1, 4, len(blue), len(red))])
    leaves = tiles if leaf else b""
    root = directory([(0, 0, len(leaves), 0)]) if leaf else tiles
    at = [127, 127 + len(root), 127 + len(root), 127 + len(root) + len(leaves)]
    sizes = [len(root), 0, len(leaves), len(red) + len(blue)]
    offsets = [number for pair in zip(at, sizes, strict=True) for number in pair]
    head = b"PMTiles\x03" + struct.pack("<8Q", *offsets) + struct.pack("<3Q", 5, 2, 2)
    head += bytes([0, 2, 1, kind, 0, deepest])
    path.write_bytes(head.ljust(127, b"\0") + root + leaves + red + blue)
    return path


def roads(path: Path) -> Path:
    """Vector tiles as GDAL writes them: two roads beside the drawn town, zooms 0 to 14."""
    lines = [shapely.LineString([towns.at(-5, y), towns.at(35, y)]) for y in (11, 12)]
    table = {"name": ["外环路", "小巷"], "class": ["primary", "service"]}
    frame = GeoDataFrame(table, geometry=lines, crs=4326)
    frame.to_file(path, driver="PMTiles", layer="transportation", MAXZOOM=14)
    return path


def test_vector_tiles_of_a_file_are_given_packed_to_who_can_unpack_them(
    database: Database, town: towns.Town, tmp_path: Path
) -> None:
    settings = Settings(
        home=tmp_path,
        anonymous_reader=True,
        basemap=str(roads(tmp_path / "roads.pmtiles")),
        basemap_datum="wgs84",
    )
    x, y = _tile_at(*towns.at(5, 11), zoom=14)
    with TestClient(create_app(settings, database)) as client:
        assert client.get("/v1/district").json()["basemap"]["layers"] == ["transportation"]
        packed = client.get(f"/v1/basemap/14/{x}/{y}")
        plain = client.get(f"/v1/basemap/14/{x}/{y}", headers={"Accept-Encoding": "identity"})
        assert packed.headers["content-encoding"] == "gzip" and "content-encoding" not in plain.headers
        assert packed.content == plain.content  # the client has unpacked it
        assert plain.headers["content-type"] == "application/vnd.mapbox-vector-tile"
        (layer,) = vector_tile.read(plain.content).values()
        assert {attributes["class"] for _, attributes, _ in layer.features} == {"primary", "service"}
        assert client.get(f"/v1/basemap/14/{x + 500}/{y}").status_code == 204


def test_a_damaged_vector_tile_is_said_to_be_one(tmp_path: Path) -> None:
    path = roads(tmp_path / "roads.pmtiles")
    tile = PmTiles(path).tile(0, 0, 0)
    assert tile is not None and tile.plain()
    whole = path.read_bytes()
    path.write_bytes(whole.replace(tile.content, b"\x1f\x8b\x08" + bytes(len(tile.content) - 3)))
    damaged = PmTiles(path).tile(0, 0, 0)
    assert damaged is not None
    with pytest.raises(BasemapUnavailable, match="a tile cannot be unpacked"):
        damaged.plain()


def _tile_at(lon: float, lat: float, *, zoom: int) -> tuple[int, int]:
    north = math.asinh(math.tan(math.radians(lat))) / math.pi
    return int((lon + 180) / 360 * 2**zoom), int((1 - north) / 2 * 2**zoom)


@pytest.mark.parametrize("leaf", [False, True])
def test_tiles_of_a_file_are_found_by_run_and_through_leaves(tmp_path: Path, leaf: bool) -> None:
    tiles = PmTiles(archive(tmp_path / "base.pmtiles", leaf=leaf))
    assert (tiles.min_zoom, tiles.max_zoom) == (0, 2)
    whole = tiles.tile(0, 0, 0)
    assert whole is not None and whole.content == picture("red") and whole.media_type == "image/png"
    quarters = [tiles.tile(1, x, y) for x in (0, 1) for y in (0, 1)]
    assert [each.content for each in quarters if each is not None] == [picture("blue")] * 4
    assert tiles.tile(2, 3, 1) is None


def test_tiles_are_numbered_as_the_specification_says() -> None:
    # its examples
    assert [tile_id(*each) for each in ((0, 0, 0), (1, 0, 0), (1, 0, 1), (1, 1, 1), (1, 1, 0))] == [*range(5)]
    assert (tile_id(2, 0, 0), tile_id(12, 3423, 1763)) == (5, 19078479)


@given(st.integers(1, 9))
def test_every_tile_of_a_zoom_has_its_own_number_and_neighbours_follow(z: int) -> None:
    side = min(1 << z, 16)
    numbers = {tile_id(z, x, y): (x, y) for x in range(side) for y in range(side)}
    assert len(numbers) == side * side
    first = (4**z - 1) // 3
    assert set(numbers) == set(range(first, first + side * side))
    walked = [numbers[number] for number in sorted(numbers)]
    steps = itertools.pairwise(walked)
    assert all(abs(ax - bx) + abs(ay - by) == 1 for (ax, ay), (bx, by) in steps)


@pytest.mark.parametrize("what", ["missing", "text", "vector tiles of no layers", "cut"])
def test_what_is_no_archive_of_tiles_is_refused(tmp_path: Path, what: str) -> None:
    path = tmp_path / "base.pmtiles"
    if what == "text":
        path.write_text("no archive" * 50)
    elif what == "vector tiles of no layers":
        archive(path, kind=1)
    elif what == "cut":
        path.write_bytes(archive(path).read_bytes()[:100])
    with pytest.raises(BasemapUnavailable):
        PmTiles(path)


@pytest.mark.parametrize("datum", [None, "gcj02", "bd09"])
def test_a_basemap_beside_the_net_is_refused_with_the_reason(datum: str | None) -> None:
    with pytest.raises(ValidationError, match=r"wgs84 or cgcs2000.*beside the net"):
        Settings(basemap="https://tiles.example/{z}/{x}/{y}.png", basemap_datum=datum)
    with pytest.raises(ValidationError, match=r"needs \{z\}, \{x\} and \{y\}"):
        Settings(basemap="https://tiles.example/", basemap_datum="wgs84")
    assert open_basemap(Settings()) is None


@pytest.fixture
def elsewhere() -> Iterator[tuple[str, list[str]]]:
    """Another server of tiles: its address, and what was asked of it."""
    asked: list[str] = []

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            good = self.path.startswith("/9/") and KEY in self.path
            self.send_response(200 if good else 404 if self.path.startswith("/8/") else 403)
            self.send_header("Content-Type", "image/png" if good else "text/html")
            self.end_headers()
            self.wfile.write(picture("green") if good else b"no")

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/{{z}}/{{x}}/{{y}}?tk={KEY}", asked
        server.shutdown()


def test_another_server_is_asked_by_this_one_and_its_key_is_told_to_nobody(
    database: Database, town: towns.Town, tmp_path: Path, elsewhere: tuple[str, list[str]]
) -> None:
    address, asked = elsewhere
    settings = Settings(
        home=tmp_path,
        anonymous_reader=True,
        basemap=address,
        basemap_datum="cgcs2000",
        basemap_attribution="天地图",
    )
    with TestClient(create_app(settings, database), raise_server_exceptions=False) as client:
        told = client.get("/v1/district").json()["basemap"]
        assert told == {"min_zoom": 0, "max_zoom": 18, "attribution": "天地图", "layers": None}
        reply = client.get("/v1/basemap/9/416/202")
        assert (reply.status_code, reply.content) == (200, picture("green"))
        assert asked == [f"/9/416/202?tk={KEY}"]
        assert client.get("/v1/basemap/8/1/1").status_code == 204
        refused = client.get("/v1/basemap/7/1/1")
        assert (refused.status_code, refused.json()["code"]) == (503, "basemap-unavailable")
        assert client.get("/v1/basemap/19/1/1").status_code == 404
        assert client.get("/v1/basemap/1/2/0").status_code == 404
        everything = [reply, refused, client.get("/v1/district"), client.get("/openapi.json")]
        assert not [each for each in everything if KEY in each.text or KEY in str(each.headers)]


def test_without_a_basemap_none_is_named(database: Database, town: towns.Town, tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, anonymous_reader=True)
    with TestClient(create_app(settings, database), raise_server_exceptions=False) as client:
        assert client.get("/v1/district").json()["basemap"] is None
        assert client.get("/v1/basemap/1/0/0").status_code == 404


def test_a_picture_without_an_end_is_refused_when_it_is_too_large() -> None:
    sent: list[int] = []

    class Endless(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "image/png")
            self.end_headers()
            with contextlib.suppress(OSError):  # until nobody listens
                while sum(sent) < 2**30:
                    sent.append(self.wfile.write(bytes(2**20)))

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Endless) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with pytest.raises(BasemapUnavailable):
            RemoteTiles(f"http://127.0.0.1:{server.server_port}/{{z}}/{{x}}/{{y}}").tile(1, 0, 0)
        server.shutdown()
    assert sum(sent) <= 8 * 2**20 + most_in_sockets()  # a picture may have four
