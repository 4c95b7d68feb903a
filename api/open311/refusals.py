"""What GeoReport v2 refuses beside what all routes do."""

from typing import ClassVar

from boundaries.store.errors import Refusal


class BadGeoReport(Refusal):
    """A parameter that is missing or makes no sense."""

    code: ClassVar[str] = "bad-georeport"


class UnknownGeoReport(Refusal):
    """A jurisdiction, format, service or request that is not here."""

    code: ClassVar[str] = "unknown-georeport"
