"""What an auditor and the publisher need of each entry, read many entries at once. Pure.

`portal.ledger.entry` is the reader of entries; it decides. The expression below says the same in one piece, sense and
spelling, so that a whole bundle is read by one call. It accepts nothing that the reader would refuse (a test holds it
to that); where it does not accept every entry of a bundle, the reader is asked about each.
"""

import re
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from portal.ledger import entry, key_entry, spelling
from portal.ledger.entry import ACTS, CHANNELS, OUTCOMES, TOWARDS
from portal.ledger.key_entry import KeyChange


class Row(NamedTuple):
    """The groups of the expression below: members of an entry as their texts, "" for null.

    `towards`, `resolved`, `later` repeat `act` and `n` where the expression asks for something on their account; of a
    resolution `outcome` is left out. Of a sealed entry there is `sealed_on` alone.
    """

    act: str = ""
    towards: str = ""
    resolved: str = ""
    at: str = ""
    due: str = ""
    n: str = ""
    later: str = ""
    outcome: str = ""
    previous: str = ""
    procedure: str = ""
    reference: str = ""
    to: str = ""
    unit: str = ""
    sealed_on: str = ""


NOT_AN_ACT = Row()
"""Stands for what is no act: an entry about a key, and what is no entry at all."""

AT, DUE, PROCEDURE, REFERENCE, UNIT, SEALED_ON = map(
    Row._fields.index, ("at", "due", "procedure", "reference", "unit", "sealed_on")
)
_UNIT = r"[A-Z0-9]{1,8}(?:\.[A-Z0-9]{1,8}){0,5}"
_OTHERS = [act for act in ACTS if act not in TOWARDS and act != "resolved"]
_DAYS = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_ROW = re.compile(
    rf"""^(?:\{{"act":"(?P<act>(?P<towards>{"|".join(sorted(TOWARDS))})|(?P<resolved>resolved)|{"|".join(_OTHERS)})","""
    rf""""at":"(?P<at>{spelling.INSTANT})","""
    rf""""channel":"(?:{"|".join(CHANNELS)})","""
    rf""""commitment":"{spelling.HASH}","""
    rf""""due":(?:null|"(?P<due>{spelling.INSTANT})"),"""
    r""""n":(?P<n>0|(?P<later>[1-9][0-9]{0,8})),"""
    rf""""outcome":(?(resolved)"(?:{"|".join(sorted(OUTCOMES))})"|(?:null|"(?P<outcome>[a-z][a-z0-9_]{{0,63}})")),"""
    rf""""previous":(?(later)"(?P<previous>{spelling.HASH})"|null),"""
    r""""procedure":"(?P<procedure>[A-Za-z0-9][A-Za-z0-9._-]{0,63})","""
    rf""""reference":"(?P<reference>{_UNIT}-[0-9]{{6}}(?:[0-9]{{2}})?-[0-9]{{4,10}})","""
    r""""revision":[1-9][0-9]{0,14},"""
    r""""rule":(?(due)"[A-Za-z0-9][A-Za-z0-9._+-]{0,99}"|null),"""
    rf""""to":(?(towards)"(?P<to>{_UNIT})"|null),"""
    rf""""unit":"(?P<unit>{_UNIT})","v":1\}}"""
    rf"""|\{{"commitment":"{spelling.HASH}","kind":"sealed","on":"(?P<sealed_on>{_DAYS})","v":1\}})$""",
    re.ASCII | re.MULTILINE,
)
OPEN = b'{"act"'
"""How an entry begins that is not sealed."""


def read_all(entries: list[bytes]) -> list[Row] | None:
    """Every entry's row; None where the expression does not accept each of them."""
    try:
        text = b"\n".join(entries).decode("ascii")
    except UnicodeDecodeError:
        return None
    found: list[Row] = _ROW.findall(text)  # plain tuples: naming their members would take a third of the time
    if len(found) != len(entries) or text.count("\n") != len(entries) - 1:
        return None
    days = {row[AT][:10] or row[SEALED_ON] for row in found} | {row[DUE][:10] for row in found if row[DUE]}
    return found if all(map(_in_a_calendar, days)) else None


def read(data: bytes) -> Row | KeyChange:
    """One entry, as its own reader reads it; raises `BadEntry`."""
    if key_entry.is_key(data):
        return key_entry.parse(data)
    if not data.startswith(OPEN):
        return NOT_AN_ACT._replace(sealed_on=entry.parse_sealed(data).on.isoformat())
    act = entry.members(data)
    return Row(
        act=act.act,
        towards=act.act if act.act in TOWARDS else "",
        resolved=act.act if act.act == "resolved" else "",
        at=act.at,
        due=act.due or "",
        n=act.n,
        later=act.n if act.n != "0" else "",
        outcome=act.outcome or "" if act.act != "resolved" else "",
        previous=act.previous or "",
        procedure=act.procedure,
        reference=act.reference,
        to=act.to or "",
        unit=act.unit,
    )


@lru_cache(maxsize=8192)
def _in_a_calendar(day: str) -> bool:
    try:
        date.fromisoformat(day)
    except ValueError:
        return False
    return True
