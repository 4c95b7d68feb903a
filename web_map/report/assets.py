"""Leaflet as text, to be written into a report, with every address taken out."""

import re
from dataclasses import dataclass
from pathlib import Path

_ADDRESS = re.compile(r"(?:https?:)?//[\w-]+(?:\.[\w-]+)+[^\s\"'<>)]*", re.I)
_NAMESPACES = ("http://www.w3.org/2000/svg", "http://www.w3.org/1999/xhtml")


class AssetsMissing(Exception):
    """Leaflet is not installed beside the reports: `./run setup` does it."""

    def __init__(self, folder: Path) -> None:
        self.folder = str(folder)
        super().__init__(f"{folder} is missing: ./run setup installs what reports are made of")


class AddressLeft(AssertionError):
    """A report would name an address outside; a defect of ours, so the report is not given out."""

    def __init__(self, address: str) -> None:
        self.address = address
        super().__init__(f"the report names the address {address}")


@dataclass(frozen=True)
class Assets:
    """Scripts and styles as text."""

    leaflet_js: str
    leaflet_css: str


def read_assets(folder: Path | None = None) -> Assets:
    """Leaflet from node_modules. Raises AssetsMissing."""
    modules = folder or Path(__file__).with_name("node_modules")
    try:
        leaflet_js = (modules / "leaflet/dist/leaflet.js").read_text(encoding="utf-8")
        leaflet_css = (modules / "leaflet/dist/leaflet.css").read_text(encoding="utf-8")
    except FileNotFoundError:
        raise AssetsMissing(modules) from None
    return Assets(
        _silenced(leaflet_js).replace("//# sourceMappingURL=leaflet.js.map", ""),
        # the pictures of markers and of a folded layer control, which no report has
        re.sub(r"^.*url\([^)]*\).*$", "", without_comments(leaflet_css), flags=re.M),
    )


def without_comments(style: str) -> str:
    """A style sheet without its comments, which like to name addresses."""
    return re.sub(r"/\*.*?\*/", "", style, flags=re.S)


def refuse_addresses(text: str) -> None:
    """Raise AddressLeft if the text names any address but the two XML namespaces."""
    for found in _ADDRESS.finditer(text):
        if not found.group().startswith(_NAMESPACES):
            raise AddressLeft(found.group())


def _silenced(script: str) -> str:
    return _ADDRESS.sub(lambda m: m.group() if m.group().startswith(_NAMESPACES) else "#", script)
