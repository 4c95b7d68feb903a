"""A client with Python's standard library alone. YIWANG_URL: where the register is; YIWANG_KEY: a key.

python yiwang_client.py lookup LON LAT DATUM            who answers for a point
python yiwang_client.py batch FILE.csv DATUM            the same for a table with id, lon, lat
python yiwang_client.py changes SINCE                   all that changed after that number
python yiwang_client.py report MATTER LON LAT DATUM KEY [WHEN]   take in an incident, once for each KEY
"""

import json
import os
import pathlib
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

TRIES = 5


class Client:
    """Asks one register with one key; waits and asks again while it says 503."""

    def __init__(self, url: str, key: str) -> None:
        self._url, self._key = url.rstrip("/"), key

    def look_up(self, lon: float, lat: float, datum: str) -> dict[str, Any]:
        """Who answers for a point."""
        query = urllib.parse.urlencode({"lon": lon, "lat": lat, "datum": datum})
        return dict(json.loads(self._ask(f"/v1/lookup?{query}")))

    def look_up_many(self, table: bytes, datum: str) -> str:
        """The owners of a CSV table with id, lon, lat, as CSV."""
        return self._ask(f"/v1/lookup/batch?datum={datum}", table, {"Content-Type": "text/csv"}).decode()

    def changes(self, since: int) -> Iterator[dict[str, Any]]:
        """Every change after number `since`, in order. Keep the last `number` for the next time."""
        more = True
        while more:
            page = json.loads(self._ask(f"/v1/changes?since={since}&limit=1000"))
            yield from page["changes"]
            since, more = page["next"], page["more"]

    def report(self, incident: dict[str, Any], key: str) -> dict[str, Any]:
        """Take in an incident. Called again with the same key and incident it does nothing more."""
        headers = {"Content-Type": "application/json", "Idempotency-Key": key}
        return dict(json.loads(self._ask("/v1/incidents", json.dumps(incident).encode(), headers)))

    def _ask(self, path: str, body: bytes | None = None, headers: dict[str, str] | None = None) -> bytes:
        """The body of the answer. Raises HTTPError: its body is a problem with a stable `code`."""
        asked = urllib.request.Request(self._url + path, body, {**(headers or {})})
        asked.add_header("Authorization", f"Bearer {self._key}")
        for left in reversed(range(TRIES)):
            try:
                with urllib.request.urlopen(asked, timeout=60) as reply:
                    return bytes(reply.read())
            except urllib.error.HTTPError as error:
                if error.code not in (429, 503) or not left:
                    raise
                time.sleep(float(error.headers.get("Retry-After", "1")))
            except urllib.error.URLError:
                if not left:
                    raise
                time.sleep(1)
        raise AssertionError("unreachable")


def main() -> None:
    client = Client(os.environ["YIWANG_URL"], os.environ["YIWANG_KEY"])
    verb, *given = sys.argv[1:]
    try:
        if verb == "lookup":
            print(json.dumps(client.look_up(float(given[0]), float(given[1]), given[2]), ensure_ascii=False))
        elif verb == "batch":
            print(client.look_up_many(pathlib.Path(given[0]).read_bytes(), given[1]), end="")
        elif verb == "changes":
            for change in client.changes(int(given[0])):
                print(json.dumps(change, ensure_ascii=False))
        elif verb == "report":
            matter, lon, lat, datum, key, *when = given
            at = when[0] if when else datetime.now(UTC).isoformat()
            where = {"lon": float(lon), "lat": float(lat), "datum": datum}
            told = client.report({"matter": matter, "happened_at": at, "source": "example", **where}, key)
            print(json.dumps(told, ensure_ascii=False))
        else:
            sys.exit(__doc__)
    except urllib.error.HTTPError as error:
        sys.exit(f"{error.code}: {error.read().decode()}")


if __name__ == "__main__":
    main()
