"""The register's one clock: every write has an instant of its own, later than all before it."""

from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from boundaries.store.database import CHANNEL
from boundaries.store.errors import Refusal

_LOCK = 0x79697761_00000002  # "yiwa": the register's advisory locks; 1 migrates, 2 writes

_TICK = text(
    "update yiwang.register_clock"
    " set last_recorded = greatest(clock_timestamp(), last_recorded + interval '1 microsecond'),"
    " revision = revision + 1"
    " returning last_recorded, revision"
)
# statement_timestamp() comes first: a writer that stamped before it either still holds the lock, or
# has committed and is seen by the statements that follow. A snapshot taken once (repeatable read)
# would not see it, so there the last stamp in the snapshot is the horizon.
_HORIZON = text(
    "select case when current_setting('transaction_isolation') = 'read committed'"
    "   and not exists (select from pg_locks where locktype = 'advisory' and mode = 'ExclusiveLock'"
    "     and database = (select oid from pg_database where datname = current_database())"
    "     and classid = :high and objid = :low and objsubid = 1 and granted)"
    " then greatest(statement_timestamp(), last_recorded) else last_recorded end"
    " from yiwang.register_clock"
)


class KnownAtBeyondHorizon(Refusal):
    """Somebody asks what the register knew at an instant that is still open to writes."""

    code = "known-at-beyond-horizon"

    def __init__(self, known_at: datetime, horizon: datetime) -> None:
        self.known_at = known_at
        self.horizon = horizon
        super().__init__(
            f"What is known at {known_at.isoformat()} is not settled yet: ask for"
            f" {horizon.isoformat()} or before."
        )


def stamp(session: Session) -> datetime:
    """Take the register's lock until the transaction ends, and return the instant of this write.

    Call it once per writing transaction, before reading what the write depends on, and pass the
    instant down. It is max(clock, last + 1 µs), so it rises even if the machine's clock steps back.
    Whoever listens hears of the write when it commits.
    """
    session.execute(text("select pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    instant, revision = session.execute(_TICK).one()
    session.execute(
        text("select pg_notify(:channel, :revision)"), {"channel": CHANNEL, "revision": str(revision)}
    )
    assert isinstance(instant, datetime)
    return instant


def hold(session: Session) -> datetime:
    """Share the register's lock until the transaction ends, and return an instant after all its writes.

    Nobody changes the net or a duty meanwhile, and many may hold at once: for what is written beside the
    register, such as incidents. Nobody who listens hears of it.
    """
    session.execute(text("select pg_advisory_xact_lock_shared(:key)"), {"key": _LOCK})
    instant = session.scalar(
        text(
            "select greatest(clock_timestamp(), last_recorded + interval '1 microsecond')"
            " from yiwang.register_clock"
        )
    )
    assert isinstance(instant, datetime)
    return instant


def horizon(session: Session) -> datetime:
    """The latest instant at which the register's knowledge is settled: no write can land before it.

    That is now, or the last committed write while another one is under way.
    """
    instant = session.scalar(_HORIZON, {"high": _LOCK >> 32, "low": _LOCK & 0xFFFFFFFF})
    assert isinstance(instant, datetime)
    return instant


def check_known_at(session: Session, known_at: datetime | None) -> None:
    """Raise KnownAtBeyondHorizon if `known_at` lies above the horizon; None (now) always passes."""
    if known_at is not None and known_at > (limit := horizon(session)):
        raise KnownAtBeyondHorizon(known_at, limit)


def revision(session: Session) -> int:
    """The number of the last committed write to the register."""
    number = session.scalar(text("select revision from yiwang.register_clock"))
    assert isinstance(number, int)
    return number
