"""What the kernel of this machine lets sockets hold, and which ports it gives away."""

import random
import socket
from pathlib import Path

_IPV4 = Path("/proc/sys/net/ipv4")


def most_in_sockets() -> int:
    """Bytes that the kernel takes at most from a sender before the receiver has read any of them."""
    return sum(int((_IPV4 / f"tcp_{way}mem").read_text().split()[2]) for way in "rw")


def free_port() -> int:
    """A port that nobody listens on at this moment, and that is given to nobody who asks for any.

    So it is still free when whoever had it is started anew. Where the kernel gives away all ports, it is
    one of those.
    """
    first = int((_IPV4 / "ip_local_port_range").read_text().split()[0])
    chance = random.SystemRandom()
    for _ in range(100 if first > 10_000 else 0):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port := chance.randrange(5_000, first)))
            except OSError:
                continue
            return port
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
