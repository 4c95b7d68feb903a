"""A POST to one address and to no other: no redirection is followed, no proxy used, and no private network
reached unless that was allowed.

Which machine was reached is asked of the connection itself, after it stands and before anything is sent on
it, so that a name which leads elsewhere the second time leads nowhere.
"""

import http.client
import ipaddress
import ssl
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import IO, Any


class NotTaken(OSError):
    """The receiver answered, but not with 2xx."""

    def __init__(self, status: int) -> None:
        self.status = status
        super().__init__(f"answered {status}")


class PrivateAddress(OSError):
    """The address leads into a private network or to this machine."""

    def __init__(self, reached: str) -> None:
        self.reached = reached
        super().__init__(f'{reached} is not a public address; the webhook says "private": true if it may be')


class Post:
    """POSTs to `url`. private: whether it may lie in a private network or on this machine."""

    def __init__(self, url: str, *, private: bool, timeout_s: float) -> None:
        self._url, self._timeout_s = url, timeout_s
        self._open = opener(*(() if private else (_Public, _PublicTls))).open

    def __call__(self, body: bytes, headers: Mapping[str, str]) -> int:
        """The status, of 2xx. Raises NotTaken, PrivateAddress, other OSErrors, HTTPException."""
        request = urllib.request.Request(self._url, data=body, method="POST", headers=dict(headers))
        try:
            with self._open(request, timeout=self._timeout_s) as reply:
                if not 200 <= reply.status < 300:
                    raise NotTaken(reply.status)
                return int(reply.status)
        except urllib.error.HTTPError as error:
            error.close()
            raise NotTaken(error.code) from None
        except urllib.error.URLError as error:
            if isinstance(error.reason, PrivateAddress):
                raise error.reason from None
            raise


def opener(*handlers: type[urllib.request.BaseHandler]) -> urllib.request.OpenerDirector:
    """Opens an address and no other: no redirection is followed, no proxy used."""
    return urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirect, *handlers)


def is_public(address: str) -> bool:
    """Whether an address of IPv4 or IPv6 belongs to the public network."""
    found = ipaddress.ip_address(address.partition("%")[0])
    mapped = getattr(found, "ipv4_mapped", None)
    return (mapped or found).is_global and not (mapped or found).is_multicast


def _check(connection: http.client.HTTPConnection) -> None:
    reached = str(connection.sock.getpeername()[0])
    if not is_public(reached):
        connection.close()
        raise PrivateAddress(reached)


class _PublicConnection(http.client.HTTPConnection):
    def connect(self) -> None:
        super().connect()
        _check(self)


class _PublicTlsConnection(http.client.HTTPSConnection):
    def connect(self) -> None:
        super().connect()
        _check(self)


class _Public(urllib.request.HTTPHandler):
    def http_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(_PublicConnection, req)


class _PublicTls(urllib.request.HTTPSHandler):
    def https_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(_PublicTlsConnection, req, context=ssl.create_default_context())


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Takes a redirection for a refusal."""

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: Any, newurl: str
    ) -> None:
        raise urllib.error.HTTPError(req.full_url, code, "redirections are not followed", headers, fp)
