"""The two formats of GeoReport v2, from the same plain values."""

import re
from collections.abc import Mapping, Sequence
from typing import Any
from xml.etree import ElementTree

import msgspec
from fastapi import Response

FORMATS = ("json", "xml")
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_PRIVATE = {"Cache-Control": "private, no-cache", "Vary": "Cookie, Authorization"}


def told(
    format: str, outer: str, inner: str, values: Sequence[Mapping[str, Any]], *, status: int = 200
) -> Response:
    """A list of objects: a JSON array, or in XML `inner` elements within `outer`."""
    if format != "xml":
        return Response(
            msgspec.json.encode(values),
            status,
            media_type="application/json; charset=utf-8",
            headers=_PRIVATE,
        )
    root = ElementTree.Element(outer)
    for value in values:
        _fill(ElementTree.SubElement(root, inner), value)
    return _xml(root, status)


def told_one(format: str, outer: str, value: Mapping[str, Any]) -> Response:
    """One object."""
    if format != "xml":
        return Response(
            msgspec.json.encode(value), media_type="application/json; charset=utf-8", headers=_PRIVATE
        )
    root = ElementTree.Element(outer)
    _fill(root, value)
    return _xml(root, 200)


def _fill(element: ElementTree.Element, value: Mapping[str, Any]) -> None:
    for name, part in value.items():
        child = ElementTree.SubElement(element, name)
        if isinstance(part, bool):
            child.text = "true" if part else "false"
        elif part is not None and not isinstance(part, list | tuple):
            child.text = _NOT_IN_XML.sub("\ufffd", str(part))


def _xml(root: ElementTree.Element, status: int) -> Response:
    content = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return Response(content, status, media_type="text/xml; charset=utf-8", headers=_PRIVATE)
