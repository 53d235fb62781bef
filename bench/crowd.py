"""Who is in a filled portal: applicants, units of very different size, and the officers who sit there.

Names are those that many bear, and as often as they are borne (four of ten are Nguyễn); everybody's last word is Mẫu.
"""

import itertools
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from portal import clock, sealing
from portal.deadlines import Term
from portal.dossiers import sought
from portal.procedures import queries as procedures
from portal.procedures.procedure import Procedure, receiving_units
from portal.transaction import unit_of_work
from portal.units import queries as units
from portal.units.queries import Unit

REGISTER_DAY = datetime(2020, 6, 1, tzinfo=UTC).date()
FAMILY = {"Nguyễn": 38, "Trần": 11, "Lê": 10, "Phạm": 7, "Hoàng": 5, "Phan": 5, "Vũ": 4, "Đặng": 2, "Bùi": 2, "Đỗ": 2}
MIDDLE = {"Thị": 40, "Văn": 30, "Minh": 6, "Ngọc": 6, "Thanh": 5, "Đức": 4, "Quốc": 3, "Hữu": 3, "Kim": 3}
GIVEN = (
    *("An", "Anh", "Bảo", "Bình", "Châu", "Chi", "Cường", "Dung", "Dũng", "Duy", "Dương", "Đạt", "Giang", "Hà", "Hải"),
    *("Hằng", "Hạnh", "Hiền", "Hiếu", "Hoa", "Hòa", "Hùng", "Huy", "Hương", "Khánh", "Khoa", "Kiên", "Lan", "Linh"),
    *("Loan", "Long", "Mai", "Nam", "Nga", "Ngân", "Nhung", "Oanh", "Phong", "Phúc", "Phương", "Quân", "Quỳnh", "Sơn"),
    *("Tâm", "Thảo", "Thắng", "Thu", "Thủy", "Tiến", "Toàn", "Trang", "Trung", "Tú", "Tuấn", "Tùng", "Tuyết", "Uyên"),
    *("Vân", "Việt", "Yến"),
)
# A unit's share of all dossiers falls with its place: the largest of a hundred has a twelfth, the smallest a 300th.
EVENNESS = 0.7
ROLES = {"receiver": 25, "specialist": 65, "leader": 10}
SINCE = datetime(2020, 1, 1, tzinfo=UTC).date()


@dataclass(frozen=True)
class Somebody:
    """An applicant, by their number."""

    id: int
    serial: int
    name: str

    @property
    def national_id(self) -> str:
        return f"079{self.serial:09d}"

    @property
    def phone(self) -> str:
        return f"09{self.serial:08d}"

    @property
    def record(self) -> dict[str, str | None]:
        """As a dossier keeps whom it is of."""
        return {
            "name": self.name,
            "national_id": self.national_id,
            "tax_code": None,
            "born_on": "1990-05-17",
            "email": None,
            "phone": self.phone,
            "address": f"{self.serial % 900 + 1} đường Thử Nghiệm, Phường 1, Thành phố Vũng Tàu",
        }

    @cached_property
    def words(self) -> frozenset[int]:
        """What each of their dossiers is found by, but for its reference."""
        return frozenset(sought.of_dossier("", self.record)) - frozenset(sought.of_dossier("", {}))

    def row(self, at: datetime) -> dict[str, Any]:
        said = self.record
        sealed = {key: sealing.seal((said[key] or "").encode()) for key in ("name", "national_id", "phone", "born_on")}
        index = sealing.blind_index("national_id", self.national_id)
        return {"id": self.id, "kind": "citizen", **sealed, "national_id_index": index, "created_at": at}


def name_of(serial: int) -> str:
    """The same number always bears the same name."""
    chance = random.Random(serial)
    (family,) = chance.choices(list(FAMILY), weights=list(FAMILY.values()))
    (middle,) = chance.choices(list(MIDDLE), weights=list(MIDDLE.values()))
    return f"{family} {middle} {chance.choice(GIVEN)} Mẫu"


@dataclass(frozen=True)
class Place:
    """A unit, what is filed there, who works there, and its share of all dossiers."""

    unit: Unit
    procedures: tuple[tuple[Procedure, Term], ...]  # each with its term
    weight: float
    officer_ids: Mapping[str, tuple[int, ...]]

    @cached_property
    def workers(self) -> tuple[int, ...]:
        return self.officer_ids["specialist"]


def places(session: Session, *, officers: int) -> tuple[Place, ...]:
    """Every unit that receives something online, the largest first, with its officers newly entered."""
    offered = _offered(session)
    everywhere = units.units_on(session, on=REGISTER_DAY)
    received = {unit.id: [one for one in offered if unit in receiving_units(one, everywhere)] for unit in everywhere}
    found = [unit for unit in everywhere if received[unit.id]]
    random.Random(20200601).shuffle(found)
    weights = [(number + 1) ** -EVENNESS for number in range(len(found))]
    ids = _staffed(session, found, _shared(officers, weights))
    return tuple(
        Place(unit, tuple((one, _term(one)) for one in received[unit.id]), weight, ids[unit.id])
        for unit, weight in zip(found, weights, strict=True)
    )


def _offered(session: Session) -> list[Procedure]:
    codes = [code for code, _number, _content in procedures.contents(session)]
    found = [procedures.published(session, code, at=clock.now()) for code in codes]
    return [one for one in found if one is not None and one.channel("online") is not None]


def _term(procedure: Procedure) -> Term:
    channel = procedure.channel("online")
    return Term(channel.term.number, channel.term.unit) if channel else Term(3, "working_days")


def _shared(officers: int, weights: Sequence[float]) -> list[int]:
    """How many officers each unit has: by its share, but everywhere one of each role."""
    least = len(ROLES)
    spare = max(0, officers - least * len(weights))
    shares = [int(spare * weight / sum(weights)) for weight in weights]
    shares[0] += spare - sum(shares)
    return [least + share for share in shares]


def _staffed(session: Session, found: Sequence[Unit], numbers: Sequence[int]) -> dict[int, dict[str, tuple[int, ...]]]:
    at = clock.now()
    with unit_of_work(session):
        first = 1 + session.execute(text("select coalesce(max(id), 0) from officer")).scalar_one()
        ids = itertools.count(first)
        staff = {
            unit.id: _roles([next(ids) for _one in range(number)]) for unit, number in zip(found, numbers, strict=True)
        }
        rows = [(id, unit_id, role) for unit_id, roles in staff.items() for role, own in roles.items() for id in own]
        session.execute(_OFFICER, [{"id": id, "name": name_of(id), "at": at} for id, _unit, _role in rows])
        session.execute(_ROLE, [{"id": id, "unit": unit, "role": role, "on": SINCE} for id, unit, role in rows])
        session.execute(_IDENTITY, [{"id": id, "subject": f"bench-{id}", "at": at} for id, _unit, _role in rows])
        session.execute(text("select setval(pg_get_serial_sequence('officer', 'id'), max(id)) from officer"))
    return staff


def _roles(ids: Sequence[int]) -> dict[str, tuple[int, ...]]:
    """One of each role first, the others as often as ROLES says."""
    roles = list(ROLES)
    chance = random.Random(len(ids))
    given = roles + chance.choices(roles, weights=list(ROLES.values()), k=max(0, len(ids) - len(roles)))
    return {role: tuple(id for id, one in zip(ids, given, strict=True) if one == role) for role in roles}


def people(first_id: int, first_serial: int, count: int) -> Iterator[Somebody]:
    for number in range(count):
        yield Somebody(first_id + number, first_serial + number, name_of(first_serial + number))


_OFFICER = text(
    "insert into officer (id, name, email, title, active, created_at)"
    " values (:id, :name, null, 'Chuyên viên', true, :at)"
)
_ROLE = text("insert into officer_role (officer_id, unit_id, role, valid_from) values (:id, :unit, :role, :on)")
_IDENTITY = text(
    "insert into identity (provider, subject, officer_id, created_at) values ('officer', :subject, :id, :at)"
)
