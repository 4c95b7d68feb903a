"""Photos of incidents: written anew as JPEG, so that neither metadata nor anything hidden comes along."""

import hashlib
import warnings
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageOps, UnidentifiedImageError
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from boundaries.affairs.refusals import PhotoRefused
from boundaries.store.tables import IncidentPhoto

MOST = 5
MOST_BYTES = 10 << 20
MOST_PIXELS = 40_000_000
LONGEST_PX = 2560
_FORMATS = ("JPEG", "PNG", "WEBP")


@dataclass(frozen=True)
class Picture:
    """A JPEG of ours."""

    content: bytes
    width: int
    height: int


def written_anew(data: bytes) -> Picture:
    """The picture alone, upright, at most 2,560 px long. Raises PhotoRefused."""
    if not data or len(data) > MOST_BYTES:
        raise PhotoRefused(f"a photo has 1 to {MOST_BYTES:,} bytes; this has {len(data):,}")
    try:
        with warnings.catch_warnings(), Image.open(BytesIO(data), formats=_FORMATS) as given:
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # the size is checked here
            width, height = given.size
            if width * height > MOST_PIXELS:
                raise PhotoRefused(f"{width} × {height} pixels: at most {MOST_PIXELS:,} are taken")
            given.draft("RGB", (LONGEST_PX, LONGEST_PX))
            upright = ImageOps.exif_transpose(given)
            upright.thumbnail((LONGEST_PX, LONGEST_PX))
            plain = Image.new("RGB", upright.size, "white")
            seen = upright.convert("RGBA")
            plain.paste(seen, mask=seen.getchannel("A"))
    except UnidentifiedImageError:
        raise PhotoRefused(f"not a picture in {', '.join(_FORMATS)}") from None
    except (Image.DecompressionBombError, OSError, ValueError, SyntaxError, EOFError) as error:
        raise PhotoRefused(f"the picture cannot be read: {error}") from None
    out = BytesIO()
    plain.save(out, "JPEG", quality=85, optimize=True)
    return Picture(out.getvalue(), *plain.size)


def add(session: Session, incident_id: int, picture: Picture, *, by: str) -> int:
    """Keep a photo of an incident; returns its place, 1 to 5. The same once more is the one there is.

    Raises PhotoRefused for a sixth.
    """
    # one at a time for an incident, so that two do not take the same place
    session.execute(text("select from yiwang.incident where id = :id for no key update"), {"id": incident_id})
    kept = session.execute(
        select(IncidentPhoto.place, IncidentPhoto.sha256).where(IncidentPhoto.incident_id == incident_id)
    ).all()
    digest = hashlib.sha256(picture.content).hexdigest()
    for place, known in kept:
        if known == digest:
            return int(place)
    if len(kept) >= MOST:
        raise PhotoRefused(f"an incident has at most {MOST} photos")
    place = len(kept) + 1
    session.add(
        IncidentPhoto(
            incident_id=incident_id,
            place=place,
            content=picture.content,
            width=picture.width,
            height=picture.height,
            sha256=digest,
            made_by=by,
        )
    )
    session.flush()
    return place


def content_of(session: Session, incident_id: int, place: int) -> bytes | None:
    """The JPEG at a place, None where there is none."""
    return session.scalar(
        select(IncidentPhoto.content).where(
            IncidentPhoto.incident_id == incident_id, IncidentPhoto.place == place
        )
    )
