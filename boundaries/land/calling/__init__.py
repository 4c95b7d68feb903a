"""What a caller's words mean: a text to places, with its doubts."""

from boundaries.land.calling.gazetteer import Gazetteer
from boundaries.land.calling.pasted import Pasted, ShortLink, read_pasted
from boundaries.land.calling.understanding import MAX_CANDIDATES, Meant, Understood, understand

__all__ = [
    "MAX_CANDIDATES",
    "Gazetteer",
    "Meant",
    "Pasted",
    "ShortLink",
    "Understood",
    "read_pasted",
    "understand",
]
