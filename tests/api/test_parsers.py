"""Every parser of what requests carry: whatever comes in, a value comes out or a typed refusal."""

import io
import json
from typing import Any

import pyarrow as pa
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from api import keys
from api.batches.arrow import read_arrow
from api.batches.reading import read_csv, read_json, read_ndjson
from api.cookies import CookieSigner
from api.incident_bodies import read_batch
from api.journal import decode, encode
from api.refusals import WrongKey
from api.routes.net import _polygons
from boundaries.store.audit import Read, SignIn
from boundaries.store.errors import Refusal
from gis.datums import Datum

FEW = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "type",
                    "features",
                    "geometry",
                    "coordinates",
                    "properties",
                    "id",
                    "lon",
                    "lat",
                    "points",
                    "datum",
                    "incidents",
                    "matter",
                    "happened_at",
                    "system",
                ]
            ),
            inner | st.sampled_from(["FeatureCollection", "Polygon", "MultiPolygon", "Point", "wgs84"]),
            max_size=4,
        )
    ),
    max_leaves=14,
)
BODIES = st.one_of(ANY_JSON.map(lambda made: json.dumps(made).encode()), st.binary(max_size=100))


@FEW
@given(BODIES)
@example(b"[" * 100_000)
@example(b'{"incidents": []}')
def test_incidents_as_json_are_read_or_refused(body: bytes) -> None:
    try:
        batch = read_batch(io.BytesIO(body), "application/json")
    except Refusal as refused:
        assert refused.code
        return
    assert len(batch.rows) == len(batch.numbers) > 0


@FEW
@given(BODIES)
@example(b'{"points":' * 50_000)
def test_a_batch_of_points_is_read_or_refused(body: bytes) -> None:
    for read in (lambda file: read_json(file)[1], read_ndjson, read_csv):
        try:
            for rows in read(io.BytesIO(body)):
                assert len(rows.ids) > 0
        except Refusal as refused:
            assert refused.code


def _stream() -> bytes:
    out = io.BytesIO()
    table = pa.table({"id": ["a", None], "lon": [112.85, 1.0], "lat": [35.5, None]})
    with pa.ipc.new_stream(out, table.schema) as writer:
        writer.write_table(table)
    return out.getvalue()


STREAM = _stream()


@FEW
@given(st.lists(st.tuples(st.integers(0, len(STREAM) - 1), st.integers(0, 255)), max_size=6), st.integers(0))
def test_a_damaged_arrow_stream_is_read_or_refused(changes: list[tuple[int, int]], cut: int) -> None:
    made = bytearray(STREAM)
    for at, value in changes:
        made[at] = value
    try:
        for rows in read_arrow(io.BytesIO(bytes(made[: len(made) - cut % 60]))):
            assert len(rows.ids) >= 0
    except Refusal as refused:
        assert refused.code


@FEW
@given(BODIES, st.sampled_from(list(Datum)))
def test_a_net_to_be_checked_is_read_or_refused(body: bytes, datum: Datum) -> None:
    try:
        _polygons(body, datum)
    except Refusal as refused:
        assert refused.code


@FEW
@given(st.text(max_size=80))
@example("yw_0123456789abcdef_" + "x" * 43)
def test_a_key_has_two_halves_or_is_wrong(token: str) -> None:
    try:
        code, secret = keys.parse(token)
    except WrongKey:
        return
    assert token.strip() == f"yw_{code}_{secret}"


@FEW
@given(st.text(max_size=200))
def test_no_cookie_but_our_own_signs_in(cookie: str) -> None:
    assert CookieSigner(b"k" * 32).read(cookie, now=1_750_000_000) is None


@FEW
@given(st.binary(max_size=120))
def test_a_line_of_the_journal_is_an_entry_or_damaged(line: bytes) -> None:
    assert decode(line) is None


@FEW
@given(
    st.builds(Read, *([st.text(max_size=20)] * 8), st.integers(0, 599))
    | st.builds(SignIn, *([st.text(max_size=20)] * 7))
)
def test_a_line_of_the_journal_is_read_as_it_was(read: Any) -> None:
    line = encode(read)
    assert decode(line) == read
    assert line.endswith(b"\n") and line.count(b"\n") == 1
