"""`yiwang serve`: the web server for the register of the settings."""

import socket
import sys
from typing import Annotated

import structlog
import typer
import uvicorn

from api import accounts, first_link, logs
from api.app import create_app
from api.http11 import Http11
from boundaries.store.database import Database
from boundaries.store.settings import Settings

GRACE_S = 10  # running requests may end
SWITCH_S = 0.001  # a busy thread keeps the interpreter so long while the event loop waits; without this 5 ms
KEEP_ALIVE_S = 180  # longer than proxies keep an idle connection: the side that sends next does the closing


def serve(
    host: Annotated[str | None, typer.Option(help="the address to listen on; YIWANG_HOST")] = None,
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="YIWANG_PORT; 0: a free one")] = None,
    json_logs: Annotated[bool, typer.Option("--json", help="log lines as JSON")] = False,
) -> None:
    """Serve the page and the API of the register until Ctrl-C."""
    run(Settings(), host=host, port=port, json_logs=json_logs)


def run(
    settings: Settings,
    *,
    host: str | None = None,
    port: int | None = None,
    json_logs: bool = False,
    database: Database | None = None,
) -> None:
    """Serve until interrupted. Exits with a sentence when the port is taken."""
    host = host or settings.host
    listener = _listen(host, settings.port if port is None else port)
    logs.configure(as_json=json_logs)
    bound = listener.getsockname()[1]
    url = page_url(host, bound)
    app = create_app(settings, database, lambda register: welcome(register, settings.public_url or url))
    config = uvicorn.Config(
        app,
        http=Http11,
        log_config=None,  # one log: structlog's
        access_log=False,  # the front door writes it, with the request's id
        server_header=False,
        timeout_graceful_shutdown=GRACE_S,
        timeout_keep_alive=KEEP_ALIVE_S,
        lifespan="on",
    )
    typer.echo(f"Yiwang 一张网: {url}  (Ctrl-C ends)")
    server = uvicorn.Server(config)
    sys.setswitchinterval(SWITCH_S)
    server.run(sockets=[listener])
    if not server.started:
        structlog.get_logger("yiwang").error("the server did not start; the reason stands above")
        raise typer.Exit(1)


def page_url(host: str, port: int) -> str:
    """Where a browser on this machine finds what listens on host and port."""
    shown = "localhost" if host in ("127.0.0.1", "0.0.0.0", "::", "::1") else host
    return f"http://{shown}:{port}"


def welcome(register: Database, url: str) -> None:
    """Print the link for the first administrator, where there is none. The log tells of it, not its token."""
    with register.transaction() as session:
        if accounts.has_administrator(session):
            return
        token = first_link.make(session)
    typer.echo(
        "There is no administrator yet. Whoever opens this link within an hour becomes the first, once:\n"
        f"  {first_link.address(url, token)}"
    )
    structlog.get_logger("yiwang").info("first-link-printed", good_for=str(first_link.LIFETIME))


def _listen(host: str, port: int) -> socket.socket:
    """The listening socket, bound before anything else starts, so that a taken port costs nothing."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(2048)  # who comes before the net is read waits instead of being sent away
    except OSError as error:
        listener.close()
        typer.echo(
            f"Port {port} on {host} cannot be used ({error.strerror}): stop what runs there, or choose"
            " another with --port.",
            err=True,
        )
        raise typer.Exit(1) from None
    listener.set_inheritable(True)
    return listener
