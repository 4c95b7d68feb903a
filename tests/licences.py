"""The licences of all that is locked, as packages state them: `python -m tests.licences` writes the page.

Apache-2.0, under which Yiwang is, goes together with permissive licences, and with LGPL and MPL as long as
their packages are used as they are. GPL, AGPL and licences that nobody stated do not pass.
"""

import json
import re
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "docs" / "licences.md"
LOCKS = tuple(f"web_map/{folder}/package-lock.json" for folder in ("page", "report", "types"))
_GOOD = re.compile(
    r"MIT|BSD|Apache|ISC|PSF|Python Software|Zlib|CC0|CC-BY|Unlicense|MPL|Mozilla|LGPL|Lesser|HPND|BlueOak",
    re.IGNORECASE,
)
_BAD = re.compile(r"(?<!L)GPL(?!.*exception)|AGPL|Affero|SSPL|BUSL|Commercial|Proprietary", re.IGNORECASE)
# what a package does not state itself, read in its repository
_READ = {"leaflet.heat": "BSD-2-Clause"}


def of_python() -> dict[str, str]:
    """Name and version of each locked package that is installed here → its licence."""
    found = {}
    for line in (ROOT / "requirements.lock").read_text("utf-8").splitlines():
        if locked := re.match(r"([A-Za-z0-9._-]+)==(\S+)", line):
            try:
                told = metadata(locked[1])
            except PackageNotFoundError:
                continue  # of another system
            found[f"{locked[1]} {locked[2]}"] = _stated(locked[1], told)
    return found


def of_page() -> dict[str, str]:
    """The same of the page's and the reports' packages."""
    found = {}
    for lock in LOCKS:
        for path, facts in json.loads((ROOT / lock).read_text("utf-8"))["packages"].items():
            if path and not facts.get("optional"):
                name = path.rpartition("node_modules/")[2]
                found[f"{name} {facts['version']}"] = str(facts.get("license") or _READ.get(name, ""))
    return found


def incompatible(found: dict[str, str]) -> dict[str, str]:
    """Those that must not be part of Yiwang, or say nothing."""
    return {
        name: licence for name, licence in found.items() if not _GOOD.search(licence) or _BAD.search(licence)
    }


def page() -> str:
    """The page: one table for each kind of package."""
    parts = [
        "# Licences\n\nOf all that is locked, as the packages state it. `./run audit` makes this page.\n"
    ]
    for title, found in (("Python", of_python()), ("The page and the reports", of_page())):
        rows = "\n".join(f"| {name} | {licence} |" for name, licence in sorted(found.items()))
        parts.append(f"## {title}\n\n| package | licence |\n|---|---|\n{rows}\n")
    return "\n".join(parts)


def _stated(name: str, told: "object") -> str:
    get, every = told.get, told.get_all  # type: ignore[attr-defined]
    classified = [each.rpartition(":: ")[2] for each in every("Classifier") or [] if "License ::" in each]
    text = str(get("License") or "").strip().partition("\n")[0]
    return str(get("License-Expression") or ", ".join(classified) or text or _READ.get(name, ""))[:100]


if __name__ == "__main__":
    TARGET.write_text(page(), "utf-8")
    bad = incompatible({**of_python(), **of_page()})
    raise SystemExit(f"incompatible or unknown: {bad}" if bad else 0)
