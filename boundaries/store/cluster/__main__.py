"""`python -m boundaries.store.cluster find|start|stop|url`: the private PostGIS by hand.

find: print where PostgreSQL with PostGIS is. start, stop: the cluster of YIWANG_HOME.
url: print its address, to use with psql.
"""

import sys

from boundaries.store import cluster
from boundaries.store.errors import Refusal
from boundaries.store.settings import Settings


def main(arguments: list[str]) -> int:
    """Run one verb; returns the exit status."""
    settings = Settings()
    try:
        match arguments:
            case ["find"]:
                print(cluster.find_binaries(settings.pg_bindir))
            case ["start"]:
                print(
                    cluster.ensure(settings.data_home, bindir=settings.pg_bindir, account=settings.pg_account)
                )
            case ["stop"]:
                cluster.stop(settings.data_home, bindir=settings.pg_bindir, account=settings.pg_account)
            case ["url"]:
                print(cluster.url(settings.data_home))
            case _:
                print(__doc__, file=sys.stderr)
                return 2
    except Refusal as refusal:
        print(refusal, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
