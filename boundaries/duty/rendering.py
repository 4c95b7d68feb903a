"""Answers about points as JSON bytes: what the points of a grid share is rendered once and kept.

`stand_on` gathers where a point lies, `compose` puts the answer together. What `compose` reads of it is
who owns the place and what stands there, never how far the border is. So its rendered pieces are kept for
each grid, building, feature, matter, language and mask; only the question, the match and the point's own
warnings are written anew. Where no grid covers the point nothing is kept.
"""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import msgspec

from boundaries.duty import answer as answers
from boundaries.duty.compose import Found, compose
from boundaries.duty.masking import hide, mask, masked_with_names
from boundaries.duty.shape import Answer, LeadOut, MatchOut
from boundaries.duty.wording import Lang

if TYPE_CHECKING:
    from boundaries.duty.snapshot import Snapshot

KEPT = 8_000  # rendered places, a few kB each beside the shared list of matters
_SHARED_KEPT = 2_000
_encode = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class _Pieces:
    """The bytes of one place's answer between the members that are a point's own."""

    before_matters: bytes
    by_matter: bytes  # most of the answer, and the same for most places
    before_match: bytes
    before_warnings: bytes
    warnings: bytes  # those of the place, without brackets
    before_stale: bytes
    names: dict[str, str]  # persons whose names are masked, for the point's own warnings


class Rendering:
    """Renders the answers of one snapshot. For one thread at a time."""

    def __init__(self, snapshot: "Snapshot") -> None:
        self.snapshot = snapshot
        self._kept: OrderedDict[tuple[Any, ...], _Pieces] = OrderedDict()
        self._shared: dict[bytes, bytes] = {}
        self._rendered: dict[int, tuple[dict[str, LeadOut], bytes]] = {}

    def point(
        self,
        lonlat_wgs84: Sequence[float],
        *,
        matter: str | None,
        lang: Lang,
        query: dict[str, Any],
        stale: bool,
        sees_persons: Callable[[Sequence[str]], bool],
    ) -> bytes:
        """The bytes of `answer_point`, masked unless the asker sees the persons of these areas.

        query: the question as the answer repeats it. Raises what `answer_point` raises.
        """
        found = answers.stand_on_point(self.snapshot, lonlat_wgs84, matter=matter, lang=lang)
        if found.grid is None or found.status is not None or found.suggestion or found.candidates:
            whole = compose(self.snapshot, found, matter=matter)
            seen = sees_persons([area["code"] for area in whole["areas"]])
            return _encode({**(whole if seen else mask(whole)), "query": query, "stale": stale})
        above = self.snapshot.fragments.upwards(found.grid.community)
        masked = not sees_persons([area.code for area in above.areas])
        pieces = self._pieces(found, matter, masked)
        match = MatchOut(via=found.via, metres_to_border=found.metres_to_border, neighbour=found.neighbour)
        warnings = found.warnings if not pieces.names else hide(found.warnings, pieces.names)
        own = _encode(warnings)[1:-1]
        return b"".join(
            (
                b'{"query":',
                _encode(query),
                pieces.before_matters,
                pieces.by_matter,
                pieces.before_match,
                _encode(match),
                pieces.before_warnings,
                own,
                b"," if own and pieces.warnings else b"",
                pieces.warnings,
                pieces.before_stale,
                b"true}" if stale else b"false}",
            )
        )

    def _pieces(self, found: Found, matter: str | None, masked: bool) -> _Pieces:
        key = (
            found.grid.code if found.grid else None,
            found.ground_grid.code if found.ground_grid else None,
            found.building.code if found.building else None,
            found.part.code if found.part else None,
            found.feature.code if found.feature else None,
            found.lines,
            found.via,
            found.lang,
            matter,
            masked,
            *found.why,
        )
        pieces = self._kept.get(key)
        if pieces is not None:
            self._kept.move_to_end(key)
            return pieces
        place = replace(found, metres_to_border=None, neighbour=None, warnings=[], why=list(found.why))
        whole = compose(self.snapshot, place, matter=matter)
        names: dict[str, str] = {}
        if masked:
            whole, names = masked_with_names(whole)
        pieces = self._kept[key] = self._cut(whole, names, self._leads(whole, kept=not masked and not matter))
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return pieces

    def _leads(self, whole: Answer, *, kept: bool) -> bytes:
        """The lead departments. kept: the snapshot hands over the same ones for many places."""
        leads = whole["by_matter"]
        known = self._rendered.get(id(leads)) if kept else None
        if known is not None:
            return known[1]
        by_matter = _encode(leads)
        if len(self._shared) >= _SHARED_KEPT:
            self._shared.clear()
            self._rendered.clear()
        by_matter = self._shared.setdefault(by_matter, by_matter)
        if kept and len(self._rendered) < _SHARED_KEPT:
            self._rendered[id(leads)] = leads, by_matter  # while they are held, their id stays theirs
        return by_matter

    def _cut(self, whole: Answer, names: dict[str, str], by_matter: bytes) -> _Pieces:
        return _Pieces(
            before_matters=_between(whole, "query", "by_matter"),
            by_matter=by_matter,
            before_match=_between(whole, "by_matter", "match"),
            before_warnings=_between(whole, "match", "warnings") + b"[",
            warnings=_encode(whole["warnings"])[1:-1],
            before_stale=b"]" + _between(whole, "warnings", "stale"),
            names=names,
        )


def _between(whole: Answer, after: str, until: str) -> bytes:
    """The members after one and before another, and the name of the latter with its colon."""
    names = list(whole)
    members = {name: whole[name] for name in names[names.index(after) + 1 : names.index(until)]}  # type: ignore[literal-required]
    return b"".join((b"," if members else b"", _encode(members)[1:-1], b',"', until.encode(), b'":'))
