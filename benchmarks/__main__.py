"""`./run bench NAME …`: one module of this folder with a `main(arguments)` each."""

import importlib
import sys
from pathlib import Path

_HELPERS = {
    "large_town",
    "measuring",
    "page_gestures",
    "page_server",
    "page_writing",
    "plotting",
    "lookup_load",
    "lookup_sql",
    "locate_peers",
    "locate_postgis",
    "partition_towns",
    "partition_peers",
    "partition_promises",
}
_NAMES = sorted({path.stem for path in Path(__file__).parent.glob("[a-z]*.py")} - _HELPERS)


def main() -> None:
    """Run the benchmark that is named."""
    if len(sys.argv) < 2 or sys.argv[1] not in _NAMES:
        sys.exit(f"name one of: {', '.join(_NAMES)}")
    importlib.import_module(f"benchmarks.{sys.argv[1]}").main(sys.argv[2:])


if __name__ == "__main__":
    main()
