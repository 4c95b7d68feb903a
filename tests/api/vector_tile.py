"""A small reader of Mapbox vector tiles (spec 2.1): layers, attributes, geometry types; for the tests."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

KINDS = {1: "point", 2: "line", 3: "polygon"}


@dataclass
class Layer:
    """One layer: its name, extent and features as (geometry kind, attributes, points in tile units)."""

    name: str = ""
    extent: int = 0
    features: list[tuple[str, dict[str, Any], list[tuple[int, int]]]] = field(default_factory=list)

    def codes(self) -> list[str]:
        """The `code` of every feature, in order."""
        return [attributes["code"] for _, attributes, _ in self.features]


def read(tile: bytes) -> dict[str, Layer]:
    """The layers of a tile by name."""
    layers = [_layer(value) for number, value in _fields(tile) if number == 3]
    return {layer.name: layer for layer in layers}


def _layer(raw: bytes) -> Layer:
    layer, keys, values, features = Layer(), [], [], []
    for number, value in _fields(raw):
        if number == 1:
            layer.name = value.decode()
        elif number == 2:
            features.append(value)
        elif number == 3:
            keys.append(value.decode())
        elif number == 4:
            values.append(_value(value))
        elif number == 5:
            layer.extent = value
    for feature in features:
        parts = dict(_fields(feature))
        tags = list(_varints(parts.get(2, b"")))
        attributes = {keys[tags[i]]: values[tags[i + 1]] for i in range(0, len(tags), 2)}
        layer.features.append((KINDS[parts[3]], attributes, _points(parts[4])))
    return layer


def _points(raw: bytes) -> list[tuple[int, int]]:
    numbers, points, x, y = list(_varints(raw)), [], 0, 0
    position = 0
    while position < len(numbers):
        command, count = numbers[position] & 7, numbers[position] >> 3
        position += 1
        for _ in range(count if command in (1, 2) else 0):
            dx, dy = numbers[position], numbers[position + 1]
            x, y = x + ((dx >> 1) ^ -(dx & 1)), y + ((dy >> 1) ^ -(dy & 1))
            points.append((x, y))
            position += 2
    return points


def _value(raw: bytes) -> Any:
    ((number, value),) = list(_fields(raw))
    if number == 1:
        return value.decode()
    if number == 2:
        return struct.unpack("<f", value)[0]
    if number == 3:
        return struct.unpack("<d", value)[0]
    if number == 6:
        return (value >> 1) ^ -(value & 1)
    return bool(value) if number == 7 else value


def _fields(raw: bytes) -> Iterator[tuple[int, Any]]:
    position = 0
    while position < len(raw):
        tag, position = _varint(raw, position)
        number, wire = tag >> 3, tag & 7
        if wire == 0:
            value, position = _varint(raw, position)
            yield number, value
            continue
        if wire == 2:
            size, position = _varint(raw, position)
        else:
            size = {1: 8, 5: 4}[wire]
        yield number, raw[position : position + size]
        position += size


def _varints(raw: bytes) -> Iterator[int]:
    position = 0
    while position < len(raw):
        value, position = _varint(raw, position)
        yield value


def _varint(raw: bytes, position: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = raw[position]
        value |= (byte & 127) << shift
        position, shift = position + 1, shift + 7
        if byte < 128:
            return value, position
