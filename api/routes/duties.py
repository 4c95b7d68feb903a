"""Duties: who answers for what and where; written, ended, handed over, checked, as a workbook."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response

from api.access import User
from api.answering import aware
from api.context import Context_, Session_
from api.duty_schemas import DutiesIn, DutyEndIn, HandOverIn
from api.routes.answers import as_json, refusals
from api.writing import Clerk, District_, Worker, require_party, require_places, since, tally
from boundaries.duty import check, duties, holes, workbook
from boundaries.duty.masking import mask_party
from boundaries.duty.places import areas_above
from boundaries.duty.refusals import WorkbookRefused
from boundaries.duty.snapshot import Snapshot
from boundaries.land.refusals import UnknownCode
from boundaries.store import clock

router = APIRouter(prefix="/v1/duties", tags=["duties"])
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_READS = refusals(400, 401, 403, 404, 422, 503)
_WRITES = refusals(400, 401, 403, 404, 409, 422, 503)


async def _raw(request: Request, user: Clerk) -> bytes:
    """The body, read only for those who may send it."""
    return await request.body()


Area = Annotated[str | None, Query(description="only what lies in this area and below it", max_length=20)]


@router.get("", response_class=Response, responses=_READS)
def list_duties(
    context: Context_,
    user: Worker,
    area: Area = None,
    place_kind: Annotated[str | None, Query(max_length=20)] = None,
    place_code: Annotated[str | None, Query(max_length=200, description="of a part: building/part")] = None,
    party: Annotated[str | None, Query(max_length=100)] = None,
    role: Annotated[str | None, Query(max_length=20)] = None,
    matter: Annotated[str | None, Query(max_length=50)] = None,
    at: Annotated[datetime | None, Query(description="an instant with its time zone; else now")] = None,
    known_at: Annotated[datetime | None, Query(description="as the register knew it then")] = None,
    limit: Annotated[int, Query(ge=1, le=10_000)] = 1000,
) -> Response:
    """Duties in force, each with its party; persons outside the account's area are masked."""
    snapshot = context.held.at(aware(at), aware(known_at)).snapshot
    found: list[dict[str, Any]] = []
    total = 0
    for place in sorted(snapshot.duties.by_place):
        if (place_kind is not None and place[0] != place_kind) or (
            place_code is not None and place[1] != place_code
        ):
            continue
        above: tuple[str, ...] | None = None
        for duty in snapshot.duties.by_place[place]:
            if any(
                wanted is not None and wanted != has
                for wanted, has in ((party, duty.party), (role, duty.role), (matter, duty.matter))
            ):
                continue
            above = above or areas_above(snapshot, place)
            if area is not None and area not in above:
                continue
            total += 1
            if len(found) < limit:
                shown: dict[str, Any] = {**snapshot.fragments.party(duty), "matter": duty.matter}
                found.append(shown if user.sees_persons(above) else mask_party(shown))
    return as_json({"duties": found, "total": total, "net_version": snapshot.net_version})


@router.post("", status_code=201, response_class=Response, responses=_WRITES)
def put_duties(
    context: Context_, user: Clerk, given: DutiesIn, session: Session_, district: District_
) -> Response:
    """Write duties, all or none. An exclusive duty that somebody else holds is 409 `duty-held` with who
    and since when, unless `take_over` says that this one follows. The same again changes nothing.
    """
    snapshot = context.held.current.snapshot
    require_places(user, snapshot, (duty.key for duty in given.duties))
    stamp = clock.stamp(session)
    written = duties.put(session, district, given.frame(stamp), stamp=stamp, take_over=given.take_over)
    return as_json(tally(written), status=201)


@router.post("/end", response_class=Response, responses=_WRITES)
def end_duty(
    context: Context_, user: Clerk, given: DutyEndIn, session: Session_, district: District_
) -> Response:
    """End a duty, leaving the place without one. What lies before that instant stays in the register."""
    require_places(user, context.held.current.snapshot, [given.key])
    stamp = clock.stamp(session)
    ended = duties.end(
        session,
        district,
        place_kind=given.place_kind,
        place_code=given.place_code,
        part_code=given.part_code,
        role=given.role,
        matter_code=given.matter_code,
        party_code=given.party_code,
        valid_from=since(given.valid_from, stamp),
        stamp=stamp,
    )
    return as_json({"ended": ended})


@router.post("/handover", response_class=Response, responses=_WRITES)
def hand_over(
    context: Context_, user: Clerk, given: HandOverIn, session: Session_, district: District_
) -> Response:
    """All duties of a party go to another in one step."""
    require_party(user, context.held.current.snapshot, given.from_party)
    stamp = clock.stamp(session)
    moved = duties.hand_over(
        session,
        district,
        from_party=given.from_party,
        to_party=given.to_party,
        valid_from=since(given.valid_from, stamp),
        stamp=stamp,
    )
    return as_json({"handed_over": moved})


@router.get("/check", response_class=Response, responses=_READS)
def check_duties(context: Context_, user: Worker, session: Session_, area: Area = None) -> Response:
    """Human coverage: vacancies, matters without a lead, missing phones and desks, and more, with counts."""
    snapshot = context.held.current.snapshot
    report = check.check(snapshot, session).within(_own(user, snapshot, area))
    return as_json(
        {
            "is_complete": report.is_complete,
            "counts": report.counts,
            "findings": holes.rows_of(report, snapshot),
            "net_version": snapshot.net_version,
            "stale": context.held.stale,
        }
    )


@router.get("/workbook", response_class=Response, responses=_READS)
def export_duties(context: Context_, user: Clerk, area: Area = None) -> Response:
    """The duties in force as an Excel workbook with dropdowns, to be edited and sent back."""
    snapshot = context.held.current.snapshot
    data = workbook.export(snapshot, area=_own(user, snapshot, area))
    headers = {"Content-Disposition": 'attachment; filename="duties.xlsx"', "Cache-Control": "no-store"}
    return Response(data, media_type=XLSX, headers=headers)


@router.post(
    "/workbook",
    response_class=Response,
    responses=refusals(400, 401, 403, 404, 409, 413, 422, 503),
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {XLSX: {"schema": {"type": "string", "format": "binary"}}},
        }
    },
)
def import_duties(
    context: Context_,
    user: Clerk,
    data: Annotated[bytes, Depends(_raw)],
    session: Session_,
    district: District_,
    area: Area = None,
    commit: Annotated[bool, Query(description="write it; without, only the difference is shown")] = False,
    end_missing: Annotated[bool, Query(description="duties that no row names end")] = False,
    valid_from: Annotated[datetime | None, Query(description="when changes take effect; else now")] = None,
) -> Response:
    """What an edited workbook would change, row by row. Nothing is written without `commit=true`, and with
    it only if no row is refused.
    """
    rows = workbook.read(data)
    snapshot = context.held.current.snapshot
    with session.begin_nested() as savepoint:
        stamp = clock.stamp(session)
        found = workbook.compare(
            session,
            district,
            snapshot,
            rows,
            valid_from=since(valid_from, stamp),
            stamp=stamp,
            area=_own(user, snapshot, area),
            end_missing=end_missing,
            commit=commit,
        )
        if not found.committed:
            savepoint.rollback()
    told = _difference(found, snapshot if user.area_code is None else None)
    if commit and not found.committed:
        raise WorkbookRefused(changes=told["changes"], refused=found.refused)
    return as_json(told)


def _difference(found: workbook.Difference, snapshot: Snapshot | None) -> dict[str, Any]:
    """The difference in plain values. snapshot: where parties are named; None: they are told by code only."""
    parties = {} if snapshot is None else snapshot.parties
    return {
        "committed": found.committed,
        "may_commit": found.may_commit,
        "unchanged": found.unchanged,
        "changes": [
            {
                "row": each.row,
                "action": each.action,
                "party": each.party,
                "party_name": parties[each.party].name if each.party in parties else None,
                "role": each.role,
                "place": each.place,
                "fields": {name: list(values) for name, values in each.fields.items()},
            }
            for each in found.changes
        ],
        "refused": list(found.refused),
    }


def _own(user: User, snapshot: Snapshot, area: str | None) -> str | None:
    """The area that was asked for, which lies within the account's own; else the account's own.

    Raises UnknownCode, OutsideScope.
    """
    if area is None:
        return user.area_code
    if area not in snapshot.areas:
        raise UnknownCode(kind="area", value=area)
    require_places(user, snapshot, [("area", area)])
    return area
