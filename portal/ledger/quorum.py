"""Whether the witnesses keep up with the log, and what follows when they do not (promise 6). Pure of any network.

    ledger_cosignature    the lines that stand under a checkpoint besides the log's own; never changed, never deleted
    ledger_quorum         one row: the largest checkpoint that had its quorum, and since when one has been without

Missing for ten minutes: operators are told. For four hours: `/ledger` says so in public and, where the operator wants
it, nothing is decided until the witnesses are back; filings go on.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.errors import Refused
from portal.ledger import policy
from portal.ledger.note import Signature
from portal.ledger.policy import BadPolicy, Policy
from portal.settings import Settings


@dataclass(frozen=True, slots=True)
class Rules:
    """What the operator has set. Without a policy no witness is asked for, and nothing is ever missing."""

    policy: Policy | None = None
    tell_after: timedelta = timedelta(minutes=10)
    public_after: timedelta = timedelta(hours=4)
    holds_decisions: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """`witnessed`: the size of the largest checkpoint that had its quorum, None before the first one."""

    witnessed: int | None
    missing_since: datetime | None

    def missing_for(self, at: datetime) -> timedelta:
        return timedelta() if self.missing_since is None else max(timedelta(), at - self.missing_since)


class _Installed:
    rules = Rules()


def install(settings: Settings) -> None:
    """Take the settings of this process. Raises `BadPolicy` for a file that is none."""
    _Installed.rules = rules_of(settings)


def rules_of(settings: Settings) -> Rules:
    return Rules(
        read_policy(settings),
        timedelta(minutes=settings.ledger_quorum_tell_minutes),
        timedelta(hours=settings.ledger_quorum_public_hours),
        settings.ledger_quorum_holds_decisions,
    )


def read_policy(settings: Settings) -> Policy | None:
    """The policy that the operator has written; None where no witness is asked. Raises `BadPolicy`."""
    path = settings.ledger_policy
    if path is None:
        return None
    try:
        found = policy.parse(path.read_text(encoding="utf-8"))
    except (BadPolicy, OSError, UnicodeDecodeError) as error:
        raise BadPolicy(f"PORTAL_LEDGER_POLICY, {path}: {error}") from error
    if found.logs and settings.ledger_origin not in {log.key.name for log in found.logs}:
        raise BadPolicy(f"PORTAL_LEDGER_POLICY, {path}: it is for another log than {settings.ledger_origin}")
    return found


# --- Reading -----------------------------------------------------------------------------------------------------


def standing(session: Session) -> Standing:
    row = session.execute(text("select witnessed, missing_since from ledger_quorum")).one()
    return Standing(row.witnessed, row.missing_since)


def installed() -> Rules:
    return _Installed.rules


def publicly_missing(session: Session, *, at: datetime) -> datetime | None:
    """Since when the witnesses have been missing, once that is so long that everybody must be told."""
    rules = _Installed.rules
    if rules.policy is None:
        return None
    now = standing(session)
    return now.missing_since if now.missing_for(at) >= rules.public_after else None


def operators_missing(session: Session, *, at: datetime) -> datetime | None:
    """The same for those who run the portal, who are told earlier."""
    rules = _Installed.rules
    if rules.policy is None:
        return None
    now = standing(session)
    return now.missing_since if now.missing_for(at) >= rules.tell_after else None


def check_decision(session: Session, *, at: datetime) -> None:
    """Raises `Refused` where decisions wait until the witnesses are back."""
    if _Installed.rules.holds_decisions:
        since = publicly_missing(session, at=at)
        if since is not None:
            raise Refused("not_witnessed", since=since)


# --- Writing, by the one that gathers ----------------------------------------------------------------------------


def keep(session: Session, size: int, line: Signature, *, at: datetime) -> None:
    """A witness's line under the checkpoint of this size; a second one of the same witness is left out."""
    session.execute(
        text(
            "insert into ledger_cosignature (size, name, key_id, at, line) "
            "values (:size, :name, :key_id, :at, :line) on conflict do nothing"
        ),
        {"size": size, "name": line.name, "key_id": line.key_id, "at": at, "line": line.line},
    )


def cosigners_of(session: Session, size: int) -> set[tuple[str, bytes]]:
    """(name, key id) of the witnesses whose lines stand under that checkpoint."""
    rows = session.execute(text("select name, key_id from ledger_cosignature where size = :size"), {"size": size})
    return {(row.name, bytes(row.key_id)) for row in rows}


def last_size_of(session: Session, name: str, key_id: bytes) -> int | None:
    """The largest checkpoint that this witness cosigned, as far as we know."""
    found: int | None = session.execute(
        text("select max(size) from ledger_cosignature where name = :name and key_id = :key_id"),
        {"name": name, "key_id": key_id},
    ).scalar()
    return found


def reached(session: Session, size: int) -> None:
    """The checkpoint of this size has its quorum."""
    session.execute(
        text(
            "update ledger_quorum set witnessed = greatest(witnessed, :size), missing_since = null "
            "where coalesce(witnessed, -1) < :size "
            "or (missing_since is not null and :size = (select published from ledger_head))"
        ),
        {"size": size},
    )


def lacks(session: Session, *, at: datetime) -> None:
    """The published checkpoint has no quorum yet; the first such moment is kept."""
    session.execute(text("update ledger_quorum set missing_since = :at where missing_since is null"), {"at": at})
