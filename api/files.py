"""Answers that are files: written whole before the first byte leaves, then sent piece by piece."""

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


def as_file(write: Callable[[Path], object], name: str) -> StreamingResponse:
    """What `write` writes to the path that it is given, under this name; its ending says what it is.

    A refusal while it is written is an answer like any other: nothing has left yet. The file has no name
    any more when it is sent, so nothing stays behind however the connection ends.
    """
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
            "Content-Disposition": f'attachment; filename="{name}"',
            "Content-Length": str(size),
        },
    )


def _pieces(content: IO[bytes]) -> Iterator[bytes]:
    with content:
        while piece := content.read(_PIECE):
            yield piece
