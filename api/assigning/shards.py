"""Parquet files of any size into a folder of parts, one shard of row groups after another or many at once.

A part is written beside its place and moved there whole; the receipt beside it (`part-00007.json`) comes
last and says what the part was made of. So a killed run goes on where it stopped, and a shard that two
workers did, because one of them was thought dead, is the same as if one had done it.
"""

import hashlib
import json
import os
import socket
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet

from api.assigning.net import Net, net_from_file
from api.assigning.points import Reading
from api.assigning.refusals import AssignRefused
from api.assigning.run import OnProgress, Outcome, Stream
from api.assigning.sinks import replacing, write_batches
from api.assigning.sources import parquet_source
from gis.datums import Datum

SHARD_ROWS = 1 << 20
NET_FILE, SUMMARY_FILE = "_net.parquet", "_summary.json"


@dataclass(frozen=True)
class Shard:
    """Consecutive row groups of one file. first: the number of their first row in the file, from 0."""

    number: int
    path: str
    row_groups: tuple[int, ...]
    first: int
    rows: int


@dataclass(frozen=True)
class Job:
    """What every shard of a run needs; plain values, so that it travels to any worker.

    made_of: names the net, the source and the options: a part that was made of others is made anew.
    """

    folder: str
    column: str
    reading: tuple[str | None, str | None, str | None, str | None]
    made_of: str


@dataclass(frozen=True)
class Receipt:
    """What one shard came to. checksum: of the codes of its rows, in their order."""

    number: int
    rows: int
    owned: int
    outside: int
    rejected: int
    checksum: str
    made_of: str


Engine = Callable[[Job, Sequence[Shard]], Iterable[Receipt]]
"""Does shards in any order, anywhere, and gives their receipts as they come."""


def assign_folder(
    source: Path,
    folder: Path,
    net: Net,
    reading: Reading,
    *,
    column: str = "grid",
    engine: Engine | None = None,
    shard_rows: int = SHARD_ROWS,
    on_progress: OnProgress = lambda _done, _total: None,
) -> tuple[Outcome, str]:
    """Assign a Parquet file, or every one in a folder, part by part.

    Gives the counts and the checksum over all rows in their order; both are the same whatever engine did
    the shards and however often it was killed. Parts that are there already are kept. `_summary.json`
    comes last: where it is, the folder is whole. Raises AssignRefused.
    """
    shards = list(plan_shards(source, shard_rows))
    _make_ready(source, folder, len(shards))
    net_path = _write_net(net, folder)
    job = Job(
        folder=str(folder.resolve()),
        column=column,
        reading=(reading.lon, reading.lat, reading.wkt, reading.datum.value if reading.datum else None),
        made_of=_made_of(shards, net_path, reading, column),
    )
    (folder / SUMMARY_FILE).unlink(missing_ok=True)
    receipts = {receipt.number: receipt for receipt in _done_before(job, shards)}
    left = [shard for shard in shards if shard.number not in receipts]
    total = sum(shard.rows for shard in shards)
    done = sum(receipt.rows for receipt in receipts.values())
    on_progress(done, total)
    for receipt in (engine or one_by_one)(job, left):
        receipts[receipt.number] = receipt
        done += receipt.rows
        on_progress(done, total)
    if len(receipts) != len(shards):
        raise AssignRefused(f"{len(shards) - len(receipts)} of {len(shards)} shards were not done: run again")
    ordered = [receipts[shard.number] for shard in shards]
    counts = {
        name: sum(getattr(each, name) for each in ordered)
        for name in ("rows", "owned", "outside", "rejected")
    }
    checksum = hashlib.sha256("".join(each.checksum for each in ordered).encode()).hexdigest()
    _write_json(folder / SUMMARY_FILE, {**counts, "shards": len(shards), "checksum": checksum})
    return Outcome(**counts, rejects=folder if counts["rejected"] else None), checksum


def plan_shards(source: Path, shard_rows: int = SHARD_ROWS) -> Iterator[Shard]:
    """Row groups of each file, as many together as make about `shard_rows` rows. Raises AssignRefused."""
    files = sorted(source.glob("*.parquet")) if source.is_dir() else [source]
    if not files or any(path.suffix.lower() != ".parquet" or not path.is_file() for path in files):
        raise AssignRefused(f"{source.name}: shards are made of a .parquet file, or of a folder of them")
    number = 0
    for path in files:
        try:
            with pa.parquet.ParquetFile(path) as file:
                sizes = [file.metadata.row_group(at).num_rows for at in range(file.metadata.num_row_groups)]
        except (pa.ArrowInvalid, OSError) as error:
            raise AssignRefused(f"{path.name} cannot be read: {error}") from error
        groups: list[int] = []
        first = rows = 0
        for at, size in enumerate(sizes):
            groups.append(at)
            rows += size
            if rows >= shard_rows or at + 1 == len(sizes):
                yield Shard(number, str(path.resolve()), tuple(groups), first, rows)
                number, groups, first, rows = number + 1, [], first + rows, 0


def _make_ready(source: Path, folder: Path, parts: int) -> None:
    """The folder, without parts beyond `parts` of an earlier run. Raises AssignRefused for a foreign one."""
    if folder.exists() and not folder.is_dir():
        raise AssignRefused(f"{folder.name} is a file: parts go into a folder")
    folder.mkdir(parents=True, exist_ok=True)
    if folder.samefile(source if source.is_dir() else source.parent):
        raise AssignRefused("the parts need a folder of their own, not that of the source")
    if any(folder.iterdir()) and not (folder / NET_FILE).exists():
        raise AssignRefused(f"{folder.name} holds other things than parts: choose a folder that is empty")
    for path in folder.glob("part-*"):
        number = path.name.removeprefix("part-").partition(".")[0]
        if number.isdecimal() and int(number) >= parts:
            path.unlink()


def _write_net(net: Net, folder: Path) -> Path:
    """The net as a file in the folder of the parts, from which every worker reads it."""
    path = folder / NET_FILE
    with replacing(path) as beside:
        net.frame().to_parquet(beside)
    return path


def one_by_one(job: Job, shards: Sequence[Shard]) -> Iterator[Receipt]:
    """Every shard in this process."""
    for shard in shards:
        yield assign_shard(job, shard)


def assign_shard(job: Job, shard: Shard) -> Receipt:
    """Write one part, its rejected rows, and its receipt. Raises AssignRefused."""
    folder = Path(job.folder)
    lon, lat, wkt, datum = job.reading
    reading = Reading(lon, lat, wkt, Datum(datum) if datum else None)
    net = _net(folder / NET_FILE, (folder / NET_FILE).stat().st_mtime_ns)
    part, rejects, outcome = _part(folder, shard), _rejects(folder, shard), Outcome(rows=shard.first)
    digest = hashlib.sha256()
    with ExitStack() as stack:
        source = stack.enter_context(parquet_source(Path(shard.path), shard.row_groups))
        if job.column in source.schema.names:
            raise AssignRefused(f"there is a column {job.column} already: choose another with --as")
        stream = Stream(source, reading, net, job.column, outcome)
        beside = stack.enter_context(replacing(part, mark=_mark()))
        stream.rejects = stack.enter_context(replacing(rejects, mark=_mark()))
        try:
            batches = _digested(stream.batches(), job.column, digest)
            write_batches(beside, stream.schema, batches, geometry=source.geometry, crs=source.crs)
        finally:
            stream.close()
    if not outcome.rejected:
        rejects.unlink(missing_ok=True)
    receipt = Receipt(
        shard.number,
        outcome.rows - shard.first,
        outcome.owned,
        outcome.outside,
        outcome.rejected,
        digest.hexdigest(),
        job.made_of,
    )
    _write_json(part.with_suffix(".json"), asdict(receipt))
    return receipt


def _digested(batches: Iterator[pa.RecordBatch], column: str, digest: Any) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        codes = batch.column(batch.schema.get_field_index(column)).to_pylist()
        digest.update("".join([f"{code or ''}\n" for code in codes]).encode())
        yield batch


def _done_before(job: Job, shards: Sequence[Shard]) -> Iterator[Receipt]:
    """Receipts of parts that are there and were made of the same."""
    for shard in shards:
        part = _part(Path(job.folder), shard)
        try:
            receipt = Receipt(**json.loads(part.with_suffix(".json").read_text()))
        except (OSError, ValueError, TypeError):
            continue
        if receipt.made_of == job.made_of and part.exists():
            yield receipt


def _made_of(shards: Sequence[Shard], net_path: Path, reading: Reading, column: str) -> str:
    files = {
        path: (Path(path).stat().st_size, Path(path).stat().st_mtime_ns)
        for path in {each.path for each in shards}
    }
    told = [sorted(files.items()), [asdict(shard) for shard in shards], asdict(reading), column]
    digest = hashlib.sha256(json.dumps(told, default=str).encode())
    digest.update(net_path.read_bytes())
    return digest.hexdigest()


@lru_cache(maxsize=1)
def _net(path: Path, _written: int) -> Net:
    """The net of a worker: read and indexed once."""
    return net_from_file(path, "code", lowest_wins=True)


def _part(folder: Path, shard: Shard) -> Path:
    return folder / f"part-{shard.number:05}.parquet"


def _rejects(folder: Path, shard: Shard) -> Path:
    return folder / f"part-{shard.number:05}.rejected.csv"


def _mark() -> str:
    """Names this process among the machines that write to the folder."""
    return f"{socket.gethostname()}-{os.getpid()}"


def _write_json(path: Path, told: dict[str, Any]) -> None:
    with replacing(path, mark=_mark()) as beside:
        beside.write_text(json.dumps(told, indent=1))
