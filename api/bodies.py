"""Bodies that arrive whole before anything is done with them: in memory while small, else in a file."""

import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import IO

from fastapi import Request

IN_MEMORY = 2**20


@asynccontextmanager
async def spooled(request: Request) -> AsyncIterator[IO[bytes]]:
    """The body of a request, at its start; gone with the block.

    However many send large ones slowly, each holds at most IN_MEMORY bytes until it is there.
    """
    with tempfile.SpooledTemporaryFile(IN_MEMORY) as file:
        async for chunk in request.stream():
            file.write(chunk)
        file.seek(0)
        yield file
