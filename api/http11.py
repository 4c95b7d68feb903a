"""HTTP/1.1 as we speak it: an offer to go on in another protocol is passed over, as RFC 9110 allows.

Java's HttpClient offers HTTP/2 (`Upgrade: h2c`) with the first request of every plain connection, and the
parser would take what follows the headers, the body of a POST, for the other protocol.
"""

import re

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

_REQUEST = re.compile(rb"[A-Z]+ [^\r\n ]+ HTTP/1\.1\r\n")
_OFFER = re.compile(rb"\r\nupgrade:[^\r\n]*(?=\r\n)", re.IGNORECASE)


class Http11(HttpToolsProtocol):
    """Uvicorn's protocol, for which nobody ever offered another one. We serve no WebSockets."""

    def data_received(self, data: bytes) -> None:
        """Take what came, without an offer in the headers of a request that begins with it."""
        if (self.cycle is None or not self.cycle.more_body) and _REQUEST.match(data):
            head, end, rest = data.partition(b"\r\n\r\n")
            if b"pgrade" in head:
                data = _OFFER.sub(b"", head + b"\r\n")[:-2] + end + rest
        super().data_received(data)
