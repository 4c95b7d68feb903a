"""What the user says about an import."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from boundaries.land.importing.frame import Stated
from boundaries.land.importing.reading import DEFAULT, Limits


@dataclass(frozen=True, slots=True)
class Request:
    """Everything but the file. Nothing is needed except the kind, and for a line its code.

    line_matters: the matters that go by the line from valid_from on; None leaves them as they are.
    mapping: field → column, over what is suggested. constants: field → value where a cell is empty.
    frame: CRS, datum and order of axes. valid_from: aware; None is now. skip_refused: import the good
    rows only. accept_faults: import grids although they overlap. apart: read the file in a process of
    its own; for servers.
    """

    kind: str
    layer: str | None = None
    encoding: str | None = None
    frame: Stated = field(default_factory=Stated)
    mapping: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    line_code: str = ""
    line_name: str = ""
    line_matters: tuple[str, ...] | None = None
    valid_from: datetime | None = None
    skip_refused: bool = False
    accept_faults: bool = False
    limits: Limits = DEFAULT
    apart: bool = False


def codes_in(text: str) -> tuple[str, ...]:
    """Codes with commas or spaces between them, also Chinese commas."""
    return tuple(re.sub("[,，、;；]", " ", text).split())
