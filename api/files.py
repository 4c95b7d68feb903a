"""Answers that are files: written whole before the first byte leaves, then sent piece by piece."""

import re
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

from fastapi.responses import StreamingResponse

MEDIA = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
    "gpkg": "application/geopackage+sqlite3",
}
PRIVATE = {"Cache-Control": "private, no-cache", "Vary": "Cookie, Authorization"}
_PIECE = 2**18
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")


def attachment(name: str) -> dict[str, str]:
    """The header by which a reply is kept as a file of this name; what headers cannot hold becomes _."""
    return {"Content-Disposition": f'attachment; filename="{_UNSAFE.sub("_", name)}"'}


def as_file(write: Callable[[Path], object], name: str) -> StreamingResponse:
    """What `write` writes to the path that it is given, under this name; its ending says what it is.

    A refusal while it is written is an answer like any other: nothing has left yet. The file has no name
    any more when it is sent, so nothing stays behind however the connection ends.
    """
    name = _UNSAFE.sub("_", name)
    with tempfile.TemporaryDirectory(prefix="yiwang-export-") as folder:
        path = Path(folder) / name
        write(path)
        size = path.stat().st_size
        content = path.open("rb")
    return StreamingResponse(
        _pieces(content),
        media_type=MEDIA[name.rpartition(".")[2]],
        headers={
            **PRIVATE,
            **attachment(name),
            "Content-Length": str(size),
        },
    )


def _pieces(content: IO[bytes]) -> Iterator[bytes]:
    with content:
        while piece := content.read(_PIECE):
            yield piece
