"""Coordinates that somebody pasted: two numbers, or a long link of a map service with its datum.

Sources: the public URI documents of the three services (高德 URI API, 腾讯地图 URI API, 百度地图 URI API).
Nothing is ever fetched: a short link says nothing by itself.
"""

import itertools
import re
from typing import NamedTuple
from urllib.parse import parse_qs, unquote, urlsplit

from boundaries.store.errors import Refusal
from gis.datums import Datum

Bounds = tuple[float, float, float, float]
_NUMBER = r"([+-]?\d{1,3}(?:\.\d+)?)\s*°?"
_PAIR = re.compile(
    rf"^[NE北东经纬度:：\s]*{_NUMBER}[NE]?\s*[,，、;；\s/]\s*[NE北东经纬度:：\s]*{_NUMBER}[NE]?$", re.I
)
_SHORT = re.compile(r"(?:surl\.amap\.com|j\.map\.baidu\.com|dwz\.cn|url\.cn|t\.cn)(?:/|$)", re.I)
_LINK = re.compile(r"https?://\S+", re.I)


class Pasted(NamedTuple):
    """A point in the datum of the service that the link is from; datum None: the asker's own."""

    lon: float
    lat: float
    datum: Datum | None
    source: str  # pair, amap, tencent, baidu


class ShortLink(Refusal):
    """A short link holds no coordinates, and nothing is fetched from outside."""

    code = "short-link"

    def __init__(self, link: str) -> None:
        self.link = link
        super().__init__(
            f"{link} is a short link: it names no place by itself, and no address outside is opened."
            " Open it on the phone and share the place as text or as a long link."
        )


def read_pasted(text: str, near: Bounds | None = None) -> Pasted | None:
    """The point that a text states, or None if it states none.

    near: (west, south, east, north) WGS 84 of the district, by which the order of a bare pair is told:
    of two possible orders the one nearer to it. Raises ShortLink.
    """
    stripped = text.strip()
    if link := _LINK.search(stripped):
        return _of_link(link.group().rstrip(",，。;；)）"))
    if _SHORT.match(stripped):
        raise ShortLink(stripped)
    match = _PAIR.match(stripped)
    if match is None:
        return None
    lonlat = _ordered(float(match[1]), float(match[2]), near)
    return None if lonlat is None else Pasted(*lonlat, None, "pair")


def _of_link(link: str) -> Pasted | None:
    try:
        address = urlsplit(link)
        host = (address.hostname or "").lower()
    except ValueError:  # such as a bracket that is not closed: no address of anything
        return None
    if _SHORT.match(host + address.path):
        raise ShortLink(link)
    query = {name: values[0] for name, values in parse_qs(address.query).items()}
    if host.endswith(("amap.com", "gaode.com")):
        # position=lon,lat; q=lat,lon,name; dest=lon,lat; p=id,lat,lon,name
        for name, lon_first in (("position", True), ("dest", True), ("to", True), ("q", False), ("p", False)):
            if found := _numbers(query.get(name, "")):
                return Pasted(*(found if lon_first else found[::-1]), Datum.GCJ02, "amap")
    if host.endswith("map.qq.com"):
        for value in (query.get("coord", ""), query.get("center", ""), query.get("tocoord", "")):
            if found := _numbers(value):  # lat,lng
                return Pasted(*found[::-1], Datum.GCJ02, "tencent")
        if found := _numbers(_after(query.get("marker", ""), "coord:")):
            return Pasted(*found[::-1], Datum.GCJ02, "tencent")
    if host.endswith("map.baidu.com"):
        stated = {"gcj02": Datum.GCJ02, "wgs84": Datum.WGS84}.get(query.get("coord_type", ""), Datum.BD09)
        for name in ("location", "center", "latlng"):
            if found := _numbers(query.get(name, "").removeprefix("latlng:")):  # lat,lng
                return Pasted(*found[::-1], stated, "baidu")
    return None


def _after(text: str, mark: str) -> str:
    return text.partition(mark)[2]


def _numbers(text: str) -> tuple[float, float] | None:
    """The first two neighbouring degrees in a comma list; an id before them is passed over."""
    values = re.split("[,;]", unquote(text))
    for one, two in itertools.pairwise(values):
        if re.fullmatch(r"-?\d{1,3}\.\d+", one.strip()) and re.fullmatch(r"-?\d{1,3}\.\d+", two.strip()[:20]):
            return float(one), float(two)
    return None


def _ordered(one: float, two: float, near: Bounds | None) -> tuple[float, float] | None:
    orders = [(lon, lat) for lon, lat in ((one, two), (two, one)) if abs(lon) <= 180 and abs(lat) <= 90]
    if not orders or near is None:
        return orders[0] if orders else None
    middle = ((near[0] + near[2]) / 2, (near[1] + near[3]) / 2)
    return min(orders, key=lambda at: (at[0] - middle[0]) ** 2 + (at[1] - middle[1]) ** 2)
