"""The real application on a socket, and beside it, under /bare/, the files of the bare map.

`python -m benchmarks.page_server SOCKET FOLDER`: the number of an inherited listening socket, and the files.
"""

import socket
import sys

import uvicorn
from starlette.staticfiles import StaticFiles
from starlette.types import Receive, Scope, Send

from api import logs
from api.app import create_app
from boundaries.store.settings import Settings


def main(listener: int, folder: str) -> None:
    """Serve until interrupted."""
    logs.configure(as_json=True)
    app, files = create_app(Settings()), StaticFiles(directory=folder, html=True)

    async def both(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"].startswith("/bare/"):
            await files({**scope, "path": scope["path"].removeprefix("/bare")}, receive, send)
        else:
            await app(scope, receive, send)

    config = uvicorn.Config(both, log_config=None, access_log=False, server_header=False, lifespan="on")
    uvicorn.Server(config).run(sockets=[socket.socket(fileno=listener)])


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
