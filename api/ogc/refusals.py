"""What the OGC doors refuse."""

from typing import ClassVar

from boundaries.store.errors import Refusal


class BadOgcQuery(Refusal):
    """A parameter that cannot be understood, names an unknown column, or asks for more than is allowed."""

    code: ClassVar[str] = "bad-ogc-query"

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.hint = "the columns of a collection stand under /ogc/collections/{collection}/queryables"


class UnknownOgcResource(Refusal):
    """No collection, item or tile scheme of this name."""

    code: ClassVar[str] = "unknown-ogc-resource"

    def __init__(self, why: str) -> None:
        super().__init__(why)


class OgcUnavailable(Refusal):
    """The published views cannot be read at the moment, or the question took too long."""

    code: ClassVar[str] = "ogc-unavailable"

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.retry_after_s = 5
