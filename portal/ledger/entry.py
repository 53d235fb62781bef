"""One entry of the log: the bytes of one public act on one dossier, their only writer and their only reader.

An entry is canonical JSON (see `portal.ledger.canonical`) with exactly these members, in this order:

    act         one of `ACTS`
    at          instant of the act, "YYYY-MM-DDTHH:MM:SSZ"
    channel     "online", "counter", "post", "national"
    commitment  base64 of 32 bytes: what is private, see `portal.ledger.commitment`
    due         due instant as it stands after the act, or null
    n           ordinal of the act in its dossier, from 0
    outcome     "granted" or "refused" on `resolved`; elsewhere a reason code or null
    previous    base64 leaf hash of the dossier's previous entry; null exactly where n is 0
    procedure   code of the procedure it was filed under
    reference   code of the dossier
    revision    revision of the procedure it was filed under, from 1
    rule        version of the deadline rule and calendar that gave `due`; null exactly where `due` is null
    to          code of the receiving unit on `TOWARDS` acts, else null
    unit        code of the acting unit at that instant
    v           1

A sealed entry (a procedure that could single a person out) shows none of this:

    commitment  over the whole entry that it stands for
    kind        "sealed"
    on          local day of the act, "YYYY-MM-DD"
    v           1

Every string has a closed alphabet without quotes, backslashes and control characters, so each entry has exactly one
spelling, and one regular expression reads it: what it does not match is refused, be it a member that is missing,
unknown or twice, a blank, an escape, another order, a name or a free text. At most 65,535 bytes; the stored bytes are
what counts and are never written anew.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import NamedTuple

from portal import clock
from portal.ledger import canonical, tiles
from portal.ledger.canonical import MAX_INTEGER
from portal.ledger.note import from_base64, to_base64

ACTS = (
    "filed",
    "received",
    "not_received",
    "supplement_asked",
    "supplement_given",
    "passed",
    "opinion_asked",
    "opinion_given",
    "extended",
    "recounted",
    "stopped",
    "resolved",
    "returned",
    "withdrawn",
    "handed_over",
    "corrected",
)
TOWARDS = frozenset({"passed", "handed_over", "opinion_asked", "opinion_given"})
CHANNELS = ("online", "counter", "post", "national")
OUTCOMES = frozenset({"granted", "refused"})

_INSTANT = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z"
_HASH = r"[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]="  # the last digit carries four bits: any other spelling is refused
_UNIT = r"[A-Z0-9]{1,8}(?:\.[A-Z0-9]{1,8}){0,5}"
_ENTRY = re.compile(
    rf"""\{{"act":"(?P<act>{"|".join(ACTS)})","""
    rf""""at":"(?P<at>{_INSTANT})","""
    rf""""channel":"(?P<channel>{"|".join(CHANNELS)})","""
    rf""""commitment":"(?P<commitment>{_HASH})","""
    rf""""due":(?:null|"(?P<due>{_INSTANT})"),"""
    r""""n":(?P<n>0|[1-9][0-9]{0,8}),"""
    r""""outcome":(?:null|"(?P<outcome>[a-z][a-z0-9_]{0,63})"),"""
    rf""""previous":(?:null|"(?P<previous>{_HASH})"),"""
    r""""procedure":"(?P<procedure>[A-Za-z0-9][A-Za-z0-9._-]{0,63})","""
    rf""""reference":"(?P<reference>{_UNIT}-[0-9]{{6}}(?:[0-9]{{2}})?-[0-9]{{4,10}})","""
    r""""revision":(?P<revision>[1-9][0-9]{0,15}),"""
    r""""rule":(?:null|"(?P<rule>[A-Za-z0-9][A-Za-z0-9._+-]{0,99})"),"""
    rf""""to":(?:null|"(?P<to>{_UNIT})"),"""
    rf""""unit":"(?P<unit>{_UNIT})","v":1\}}""",
    re.ASCII,
)
_SEALED = re.compile(
    rf"""\{{"commitment":"(?P<commitment>{_HASH})","kind":"sealed","on":"(?P<on>[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}})","v":1\}}""",
    re.ASCII,
)


class BadEntry(ValueError):
    """Not an entry in its one form. The message names the rule, never the content."""


@dataclass(frozen=True, slots=True)
class Act:
    """A public act, as whoever performed it hands it over; its meaning is the members' above."""

    n: int
    previous: bytes | None
    act: str
    at: datetime
    reference: str
    procedure: str
    revision: int
    unit: str
    to: str | None
    channel: str
    due: datetime | None
    rule: str | None
    outcome: str | None


class Members(NamedTuple):
    """The members of a valid entry, each as its text in the entry, in the entry's order."""

    act: str
    at: str
    channel: str
    commitment: str
    due: str | None
    n: str
    outcome: str | None
    previous: str | None
    procedure: str
    reference: str
    revision: str
    rule: str | None
    to: str | None
    unit: str


@dataclass(frozen=True, slots=True)
class Sealed:
    """What a sealed entry shows."""

    on: date
    commitment: bytes


def render(act: Act, commitment: bytes) -> bytes:
    """The entry's bytes; raises `BadEntry` for an act that has none."""
    data = canonical.render(
        {
            "v": 1,
            "n": act.n,
            "previous": None if act.previous is None else to_base64(act.previous),
            "act": act.act,
            "at": instant_text(act.at),
            "reference": act.reference,
            "procedure": act.procedure,
            "revision": act.revision,
            "unit": act.unit,
            "to": act.to,
            "channel": act.channel,
            "due": None if act.due is None else instant_text(act.due),
            "rule": act.rule,
            "outcome": act.outcome,
            "commitment": to_base64(commitment),
        }
    )
    members(data)
    return data


def render_sealed(on: date, commitment: bytes) -> bytes:
    data = canonical.render({"v": 1, "kind": "sealed", "on": on.isoformat(), "commitment": to_base64(commitment)})
    parse_sealed(data)
    return data


def members(data: bytes) -> Members:
    """The members of an entry that is not sealed; raises `BadEntry` for all else. Made for many entries a second."""
    found = _ENTRY.fullmatch(_text(data))
    if found is None:
        raise BadEntry("not an entry in canonical form")
    members = Members._make(found.groups())
    _check_sense(members)
    return members


def parse(data: bytes) -> tuple[Act, bytes]:
    """The act and the commitment of an entry that is not sealed; `render` gives the same bytes again."""
    found = members(data)
    act = Act(
        n=int(found.n),
        previous=None if found.previous is None else from_base64(found.previous),
        act=found.act,
        at=instant(found.at),
        reference=found.reference,
        procedure=found.procedure,
        revision=int(found.revision),
        unit=found.unit,
        to=found.to,
        channel=found.channel,
        due=None if found.due is None else instant(found.due),
        rule=found.rule,
        outcome=found.outcome,
    )
    return act, from_base64(found.commitment)


def parse_sealed(data: bytes) -> Sealed:
    found = _SEALED.fullmatch(_text(data))
    if found is None:
        raise BadEntry("not a sealed entry in canonical form")
    try:
        on = date.fromisoformat(found["on"])
    except ValueError as error:
        raise BadEntry("a day that no calendar has") from error
    return Sealed(on, from_base64(found["commitment"]))


def is_sealed(data: bytes) -> bool:
    return _SEALED.fullmatch(_text(data)) is not None


def instant_text(at: datetime) -> str:
    """RFC 3339, UTC, whole seconds (what is below a second is cut off)."""
    if at.tzinfo is None:
        raise BadEntry("an instant must be aware")
    return at.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"


@lru_cache(maxsize=8192)
def instant(text: str) -> datetime:
    """The instant; remembered, because the publisher asks for each several times."""
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise BadEntry("an instant that no clock shows") from error


@lru_cache(maxsize=8192)
def day(text: str) -> date:
    """The local day on which an instant of an entry falls."""
    return clock.local_day(instant(text))


def _text(data: bytes) -> str:
    if len(data) > tiles.MAX_ENTRY_BYTES:
        raise BadEntry("an entry is at most 65,535 bytes")
    try:
        return data.decode("ascii")
    except UnicodeDecodeError as error:
        raise BadEntry("an entry is ASCII") from error


def _check_sense(found: Members) -> None:
    """What members must mean together; the expression has settled how each is spelt."""
    instant(found.at)
    if found.due is not None:
        instant(found.due)
    if (found.n == "0") is not (found.previous is None):
        raise BadEntry("`previous` is null exactly where `n` is 0")
    if (found.due is None) is not (found.rule is None):
        raise BadEntry("`rule` is null exactly where `due` is null")
    if (found.to is not None) is not (found.act in TOWARDS):
        raise BadEntry("`to` belongs to acts towards another unit, and to no other")
    if found.act == "resolved" and found.outcome not in OUTCOMES:
        raise BadEntry("a resolution is granted or refused")
    if len(found.revision) > 15 and int(found.revision) > MAX_INTEGER:
        raise BadEntry("an integer beyond 2^53 - 1")
