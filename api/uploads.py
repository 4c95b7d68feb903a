"""Forms with one file, kept in a folder of their own until the reply leaves."""

import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path, PurePosixPath

import anyio
from fastapi import Request
from starlette.datastructures import UploadFile

from api.refusals import UnreadableBody

MULTIPART = "multipart/form-data"
_FIELDS = 40


@asynccontextmanager
async def received(request: Request) -> AsyncIterator[tuple[Path, dict[str, str]]]:
    """The file in the part `file`, and the texts of the other parts. Raises UnreadableBody."""
    if not request.headers.get("content-type", "").startswith(MULTIPART):
        raise UnreadableBody(f"Send the file as {MULTIPART}, in the part 'file'.")
    with tempfile.TemporaryDirectory(prefix="yiwang-upload-") as folder:
        async with request.form(max_files=1, max_fields=_FIELDS) as parts:
            file = parts.get("file")
            if not isinstance(file, UploadFile):
                raise UnreadableBody("The part 'file' with the file is missing.")
            texts = {name: value for name, value in parts.items() if isinstance(value, str)}
            path = Path(folder) / _name(file.filename)
            await anyio.to_thread.run_sync(_copy, file, path)
        yield path, texts


def _name(given: str | None) -> str:
    """Only the last part of the name, so that it can lead nowhere else."""
    return PurePosixPath((given or "").replace("\\", "/")).name.strip(". \0")[:200] or "upload"


def _copy(source: UploadFile, target: Path) -> None:
    with target.open("wb") as out:
        shutil.copyfileobj(source.file, out)
