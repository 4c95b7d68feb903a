"""A reverse proxy of a page of code, with the rules of `deploy/Caddyfile`, and Caddy with that file."""

import asyncio
import contextlib
import re
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.api.sockets import free_port

REPOSITORY = Path(__file__).resolve().parents[2]
CADDY = shutil.which("caddy")
HEALTH_S = 0.2
TRIED_S = 60.0  # as long as no replica says that it is ready
_LENGTH = re.compile(rb"content-length:\s*(\d+)", re.IGNORECASE)


class Proxy:
    """Asks `/readyz` of each replica and sends a request to one that is ready.

    A request that found a replica gone goes to the other; one whose answer has begun goes nowhere else.
    """

    def __init__(self, replicas: Sequence[int]) -> None:
        self._replicas = replicas
        self._ready: set[int] = set()
        self._turn = 0
        self._serving: set[asyncio.Task[None]] = set()

    def serve(self, client: asyncio.StreamReader, answer: asyncio.StreamWriter) -> None:
        """One connection, one request. Held here: the loop alone would let the garbage collector have it."""
        task = asyncio.get_running_loop().create_task(self._serve(client, answer))
        self._serving.add(task)
        task.add_done_callback(self._serving.discard)

    async def _serve(self, client: asyncio.StreamReader, answer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            asked = await client.readuntil(b"\r\n\r\n")
            length = _LENGTH.search(asked)
            body = await client.readexactly(int(length[1])) if length else b""
            # to the replica and back one connection for each request
            asked = re.sub(rb"\r\nconnection:[^\r]*", b"", asked, flags=re.IGNORECASE)
            asked = asked.replace(b"\r\n", b"\r\nConnection: close\r\n", 1)
            await self._forward(asked + body, answer)
        answer.close()

    async def _forward(self, asked: bytes, answer: asyncio.StreamWriter) -> None:
        until = time.monotonic() + TRIED_S
        while time.monotonic() < until:
            self._turn += 1
            ready = sorted(self._ready)
            if ready:
                try:
                    if await self._to(ready[self._turn % len(ready)], asked, answer):
                        return
                except OSError:
                    pass
            await asyncio.sleep(0.1)
        answer.write(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        await answer.drain()

    async def _to(self, port: int, asked: bytes, answer: asyncio.StreamWriter) -> bool:
        """Whether it answered."""
        back, forth = await asyncio.open_connection("127.0.0.1", port)
        try:
            forth.write(asked)
            await forth.drain()
            begun = False
            try:
                while piece := await back.read(65536):
                    begun = True
                    answer.write(piece)
                await answer.drain()
            except OSError:
                if not begun:
                    raise
            return begun
        finally:
            forth.close()

    async def look(self) -> None:
        """Ask who is ready, again and again."""
        async with httpx.AsyncClient(timeout=30) as client:
            while True:
                for port in self._replicas:
                    try:
                        ready = (await client.get(f"http://127.0.0.1:{port}/readyz")).status_code == 200
                    except httpx.HTTPError:
                        ready = False
                    (self._ready.add if ready else self._ready.discard)(port)
                await asyncio.sleep(HEALTH_S)


@contextmanager
def small_proxy(replicas: Sequence[int]) -> Iterator[str]:
    """The URL of the little proxy, running in a thread."""
    loop, proxy = asyncio.new_event_loop(), Proxy(replicas)
    listening = socket.create_server(("127.0.0.1", 0), backlog=500)

    async def run() -> None:
        server = await asyncio.start_server(proxy.serve, sock=listening, backlog=500)
        async with server:
            await proxy.look()

    task = loop.create_task(run())
    thread = threading.Thread(target=lambda: _until_cancelled(loop, task), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        loop.call_soon_threadsafe(task.cancel)
        thread.join(10)


def _until_cancelled(loop: asyncio.AbstractEventLoop, task: "asyncio.Task[None]") -> None:
    with contextlib.suppress(asyncio.CancelledError):
        loop.run_until_complete(task)


@contextmanager
def caddy(replicas: Sequence[int], folder: Path) -> Iterator[str]:
    """The URL of Caddy with the file of the deployment, of which only the addresses are other ones."""
    assert CADDY is not None
    port = free_port()
    given = (REPOSITORY / "deploy/Caddyfile").read_text("utf-8")
    given = given.replace("app-a:8000 app-b:8000", " ".join(f"127.0.0.1:{each}" for each in replicas))
    given = given.replace("localhost:8443", f"http://localhost:{port}").replace("tls internal", "")
    given = given.replace("http_port 8080", f"http_port {free_port()}")
    given = given.replace("admin 127.0.0.1:2019", "admin off")
    (folder / "Caddyfile").write_text(given, "utf-8")
    process = subprocess.Popen(
        [CADDY, "run", "--config", folder / "Caddyfile", "--adapter", "caddyfile"],
        env={"HOME": str(folder), "PATH": "/usr/bin:/bin"},
        stderr=(folder / "log").open("w"),
    )
    try:
        yield f"http://localhost:{port}"
    finally:
        process.terminate()
        process.wait(20)
