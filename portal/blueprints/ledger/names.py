"""Names of units and procedures for the ledger's pages, which hold codes.

Names change by decision, a few times a year; they are remembered for a minute, so that most pages need no statement
for them.
"""

from collections.abc import Callable, Collection, Hashable, Mapping
from dataclasses import dataclass
from datetime import date
from time import monotonic
from typing import Generic, TypeVar

from portal import i18n
from portal.ledger import queries
from portal.procedures import queries as procedures
from portal.procedures.text import Text
from portal.transaction import current_session
from portal.units import queries as units
from portal.units.queries import Unit

KNOWN_SECONDS = 60.0
UNKNOWN_SECONDS = 2.0
MOST = 20_000

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Remembered(Generic[K, V]):
    """Values by key for a minute; what is not there (None) for a moment. Any thread may ask."""

    def __init__(self, seconds: float = KNOWN_SECONDS) -> None:
        self._seconds = seconds
        self._kept: dict[K, tuple[float, V | None]] = {}

    def get(self, keys: Collection[K], load: Callable[[Collection[K]], Mapping[K, V]]) -> dict[K, V]:
        """The values of the keys that have one; `load` is asked once, for those not remembered, and may know more."""
        now = monotonic()
        held = {key: self._kept.get(key, (0.0, None)) for key in keys}
        missing = [key for key, (until, _value) in held.items() if until < now]
        if missing:
            loaded = load(missing)
            if len(self._kept) > MOST:
                self._kept = {}
            fresh: dict[K, tuple[float, V | None]] = dict.fromkeys(missing, (now + UNKNOWN_SECONDS, None))
            fresh |= {key: (now + self._seconds, value) for key, value in loaded.items()}
            self._kept.update(fresh)
            held |= {key: fresh[key] for key in missing}
        return {key: value for key, (_until, value) in held.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Names:
    """The names asked for, in the page's language; a code nobody knows is its own name."""

    units: Mapping[str, Unit]
    procedures: Mapping[str, Text]
    language: str

    def unit(self, code: str) -> str:
        found = self.units.get(code)
        return code if found is None else found.name_in(self.language)

    def procedure(self, code: str) -> str:
        found = self.procedures.get(code)
        return code if found is None else found.in_(self.language)


_units: Remembered[str, Unit] = Remembered()
_procedures: Remembered[str, Text] = Remembered()
_registers: Remembered[date, tuple[Unit, ...]] = Remembered()
_below: Remembered[tuple[str, date], frozenset[str]] = Remembered()
_fields: Remembered[str, str] = Remembered()
_seen: Remembered[str, tuple[str, ...]] = Remembered(10.0)


def names(
    *, units_of: Collection[str] = (), procedures_of: Collection[str | None] = (), language: str | None = None
) -> Names:
    """At most two statements, and none for names that were asked for within the last minute."""
    session = current_session()
    return Names(
        _units.get(set(units_of), lambda _codes: units.names(session)),
        _procedures.get(
            {code for code in procedures_of if code is not None}, lambda codes: procedures.names_of(session, codes)
        ),
        language or i18n.language(),
    )


def procedures_seen() -> tuple[str, ...]:
    """The codes of procedures that dossiers of the lists were filed under."""
    session = current_session()
    return _seen.get([""], lambda _keys: {"": queries.procedures_seen(session)})[""]


def of_field(field: str) -> frozenset[str]:
    """Those of them that the catalogue files under this field."""
    session = current_session()
    known = _fields.get(procedures_seen(), lambda codes: procedures.fields_of(session, codes))
    return frozenset(code for code, of in known.items() if of == field)


def register(on: date) -> tuple[Unit, ...]:
    """The units of that day, in the order of the alphabet."""
    session = current_session()
    return _registers.get([on], lambda _days: {on: units.units_on(session, on=on)})[on]


def below(code: str, on: date) -> frozenset[str]:
    """The unit and everything below it on that day; the code alone where the day has no such unit."""
    return _below.get([(code, on)], lambda _keys: {(code, on): _codes_below(code, on)})[code, on]


def _codes_below(code: str, on: date) -> frozenset[str]:
    found = register(on)
    by_id = {unit.id: unit for unit in found}
    wanted = {code}
    for unit in found:
        above: Unit | None = unit
        while above is not None and above.agency_code != code:
            above = by_id.get(above.parent_id) if above.parent_id is not None else None
        if above is not None:
            wanted.add(unit.agency_code)
    return frozenset(wanted)
