"""The officers' file that an administrator writes, checked whole before anything of it is taken. Pure.

officers:
  - subject: 5d1c...          who they are at the officers' identity provider
    name: Lê Thị Mẫu Hoa
    title: Chuyên viên        optional, as are email, active and the days of a role
    roles: [{unit: H06.31.01, role: receiver, valid_from: 2020-06-01, valid_to: null}]
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, get_args

from portal.errors import Invalid
from portal.people.queries import RoleName
from portal.people.register import OfficerEntry, RoleEntry

ROLES: tuple[str, ...] = get_args(RoleName)
TEXT_MAX = 200


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in the file; `place` counts its officers from 1. Words: `portal.officer_fault_words`."""

    code: str
    facts: Mapping[str, object] = field(default_factory=dict)
    place: int | None = None
    subject: str = ""


def unit_codes(data: object) -> frozenset[str]:
    """The agency codes that the file speaks of, to be looked up before `read`."""
    roles = (role for officer in _officers(data) for role in _list(officer.get("roles")))
    return frozenset(role["unit"] for role in roles if isinstance(role, Mapping) and isinstance(role.get("unit"), str))


def read(data: object, *, unit_ids: Mapping[str, int]) -> tuple[OfficerEntry, ...]:
    """The entries of the file; raises Invalid with every Fault, each naming its officer."""
    officers = _officers(data)
    faults = [] if officers else [Fault("no_officers")]
    seen: set[str] = set()
    for place, officer in enumerate(officers, 1):
        subject = str(officer.get("subject", "?"))
        faults += [replace(fault, place=place, subject=subject) for fault in _faults(officer, unit_ids)]
        if subject in seen:
            faults.append(Fault("subject_twice", place=place, subject=subject))
        seen.add(subject)
    if faults:
        raise Invalid(*faults, code="officers_file")
    return tuple(_entry(officer, unit_ids) for officer in officers)


def _officers(data: object) -> list[Mapping[str, Any]]:
    listed = _list(data.get("officers")) if isinstance(data, Mapping) else []
    return [officer if isinstance(officer, Mapping) else {} for officer in listed]


def _faults(officer: Mapping[str, Any], unit_ids: Mapping[str, int]) -> Iterator[Fault]:
    for name, needed in (("subject", True), ("name", True), ("title", False), ("email", False)):
        value = officer.get(name)
        if value is None and not needed:
            continue
        if not isinstance(value, str) or not value.strip() or len(value) > TEXT_MAX:
            yield Fault("not_a_text", {"name": name, "most": TEXT_MAX})
    if not isinstance(officer.get("active", True), bool):
        yield Fault("not_true_or_false", {"name": "active"})
    if not isinstance(officer.get("roles", []), list):
        yield Fault("not_a_list", {"name": "roles"})
    given: set[tuple[object, object]] = set()
    for role in _list(officer.get("roles")):
        yield from _role_faults(role if isinstance(role, Mapping) else {}, unit_ids, given)


def _role_faults(
    role: Mapping[str, Any], unit_ids: Mapping[str, int], given: set[tuple[object, object]]
) -> Iterator[Fault]:
    unit, name = role.get("unit"), role.get("role")
    if not isinstance(unit, str) or unit not in unit_ids:
        yield Fault("unit_unknown", {"unit": unit or "?"})
    if name not in ROLES:
        yield Fault("role_unknown", {"role": name or "?", "roles": ", ".join(ROLES)})
    if (unit, name) in given:
        yield Fault("role_twice", {"role": name, "unit": unit})
    given.add((str(unit), name))
    since, until = role.get("valid_from"), role.get("valid_to")
    if not all(value is None or type(value) is date for value in (since, until)):
        yield Fault("not_days")
    elif since and until and until <= since:
        yield Fault("ends_before_it_begins")


def _entry(officer: Mapping[str, Any], unit_ids: Mapping[str, int]) -> OfficerEntry:
    roles = [
        RoleEntry(unit_ids[role["unit"]], role["role"], role.get("valid_from"), role.get("valid_to"))
        for role in _list(officer.get("roles"))
    ]
    return OfficerEntry(
        subject=officer["subject"].strip(),
        name=officer["name"].strip(),
        title=(officer.get("title") or "").strip(),
        email=officer.get("email"),
        roles=tuple(roles),
        active=officer.get("active", True),
    )


def _list(value: object) -> Sequence[Any]:
    return value if isinstance(value, list) else []
