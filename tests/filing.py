"""Dossiers for tests, filed through the domain as a person files them: draft, unit, sections, files, submission.

    person = make_citizen(session)
    reference = file_dossier(session, person)                        # a birth registration in Ward 1
    reference = file_dossier(session, person, code="1.001731", agency_code="H06.31.02")
    officer = officer_of(session, "H06.31.01", "receiver")
    act(session, commands.receive, reference, actor(officer))

Each function commits what it does, because a request reads with a connection of its own.
"""

import io
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from portal import clock
from portal.dossiers import attachments, commands, drafts, examining
from portal.dossiers.attachments import Stored
from portal.dossiers.life import Actor, Outcome
from portal.dossiers.views import Done, Submitted
from portal.people.queries import Officer, Person, RoleName
from portal.procedures import queries as procedures
from portal.procedures.definition import missing_files, read
from portal.procedures.procedure import Procedure, receiving_units
from portal.transaction import unit_of_work
from portal.units import queries as units
from portal.units.queries import Unit
from tests import plausible
from tests.signing_in import make_officer

BIRTH = "1.001193"
WARD_1 = "H06.31.01"
REGISTER_DAY = date(2020, 6, 1)  # the day that Settings reads the register of units as of

ROLE_NAMES: Mapping[str, str] = {
    "receiver": "Lê Thị Một Cửa",
    "specialist": "Đỗ Văn Chuyên Viên",
    "leader": "Hồ Thị Lãnh Đạo",
    "editor": "Tạ Văn Biên Tập",
    "administrator": "Kiều Thị Quản Trị",
}


def file_dossier(session: Session, person: Person, **wishes: Any) -> str:
    """File a valid dossier; its reference. The wishes are those of `submit`."""
    return submit(session, person, **wishes).reference


def submit(
    session: Session,
    person: Person,
    *,
    code: str = BIRTH,
    agency_code: str | None = None,
    at: datetime | None = None,
    language: Literal["vi", "en"] = "vi",
    raw: Mapping[str, list[str]] | None = None,
    mandate_id: int | None = None,
) -> Submitted:
    """File a valid dossier of any published procedure; `raw` replaces single inputs, `at` is the present by default."""
    at = at or clock.now()
    token = draft(session, person, code=code, agency_code=agency_code, at=at, raw=raw, mandate_id=mandate_id)
    with unit_of_work(session):
        return commands.submit(session, token=token, person_id=person.id, language=language, at=at, on=REGISTER_DAY)


def draft(
    session: Session,
    person: Person,
    *,
    code: str = BIRTH,
    agency_code: str | None = None,
    at: datetime | None = None,
    raw: Mapping[str, list[str]] | None = None,
    mandate_id: int | None = None,
) -> UUID:
    """A draft that is ready to be submitted, every section filled and every required file attached; its token."""
    at = at or clock.now()
    procedure = procedures.published(session, code, at=at)
    assert procedure is not None, f"no procedure {code} on {at}"
    unit = _receiver(session, procedure, agency_code)
    answers = plausible_answers(session, procedure, person, day=clock.local_day(at)) | dict(raw or {})
    with unit_of_work(session):
        token = drafts.begin(session, person_id=person.id, code=code, at=at, mandate_id=mandate_id)
        drafts.choose_unit(session, token=token, person_id=person.id, unit_id=unit.id, on=REGISTER_DAY, at=at)
        for section in procedure.form.sections:
            mine = plausible.of_section(section, answers)
            drafts.save(
                session, token=token, person_id=person.id, section=section.key, raw=mine, at=at, on=REGISTER_DAY
            )
        for field in _required_files(session, procedure, answers, at):
            drafts.attach(session, token=token, person_id=person.id, field=field, file=stored(f"{field}.pdf"), at=at)
    return token


def plausible_answers(session: Session, procedure: Procedure, person: Person, *, day: date) -> dict[str, list[str]]:
    """What this person would type into the procedure's form."""
    known = examining.choices(session, procedure.form, on=REGISTER_DAY)
    return plausible.answers(
        procedure.form, on=day, units=known.units, places=known.places, identity=identity_of(person)
    )


def identity_of(person: Person) -> dict[str, str | None]:
    """What the forms call `identity.<member>`."""
    return {
        "name": person.name,
        "national_id": person.national_id,
        "tax_code": person.tax_code,
        "born_on": person.born_on.isoformat() if person.born_on else None,
        "email": person.email,
        "phone": person.phone,
        "address": person.address,
    }


def officer_of(session: Session, agency_code: str, role: RoleName) -> Officer:
    """A new officer with this one role in this unit."""
    return make_officer(session, agency_code, role, name=ROLE_NAMES[role])


def actor(who: Person | Officer, session: Session | None = None) -> Actor:
    """Who acts, as the commands want it; an officer's roles are read from the session's database."""
    if isinstance(who, Person):
        return Actor.person(who.id)
    assert session is not None, "an officer's roles are in the database"
    rows = session.execute(text("select unit_id, role from officer_role where officer_id = :id"), {"id": who.id})
    return Actor.officer(who.id, [(row.unit_id, row.role) for row in rows])


def act(
    session: Session,
    command: Callable[..., Done],
    reference: str,
    by: Person | Officer,
    *,
    at: datetime | None = None,
    **facts: Any,
) -> Done:
    """Do one act from the dossier as it now stands."""
    steps = session.execute(text("select steps from dossier where reference = :r"), {"r": reference}).scalar_one()
    by_whom = actor(by, session)
    with unit_of_work(session):
        return command(
            session, reference=reference, by=by_whom, seen=steps, at=at or clock.now(), on=REGISTER_DAY, **facts
        )


def granted(session: Session, reference: str, by: Officer, *, at: datetime | None = None) -> Done:
    """Resolve it with a result file."""
    files: Sequence[Stored] = [stored("ket-qua.pdf")]
    return act(session, commands.resolve, reference, by, at=at, outcome=Outcome.GRANTED, files=files)


def unit_id_of(session: Session, agency_code: str) -> int:
    found = units.by_agency_code(session, agency_code)
    assert found is not None, f"no unit {agency_code}"
    return found.id


def stored(name: str) -> Stored:
    """A small PDF in the file store, without a row yet."""
    return attachments.store(io.BytesIO(pdf(name)), name=name, declared="application/pdf")


def pdf(words: str = "") -> bytes:
    """A small PDF that any reader opens: one blank page, the words in a comment."""
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>",
    )
    body = b"%PDF-1.7\n%" + words.encode().replace(b"\n", b" ") + b"\n"
    places = []
    for number, content in enumerate(objects, start=1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    trailer = b"trailer\n<< /Size 4 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % len(body)
    return body + b"xref\n0 4\n0000000000 65535 f \n" + table + trailer


def _receiver(session: Session, procedure: Procedure, agency_code: str | None) -> Unit:
    """The unit of that code, or else Ward 1 where it receives this procedure, or the first that does."""
    found = receiving_units(procedure, units.units_on(session, on=REGISTER_DAY))
    wanted = agency_code or (WARD_1 if WARD_1 in {unit.agency_code for unit in found} else found[0].agency_code)
    unit = next((unit for unit in found if unit.agency_code == wanted), None)
    assert unit is not None, f"{wanted} does not receive {procedure.code}"
    return unit


def _required_files(session: Session, procedure: Procedure, raw: Mapping[str, list[str]], at: datetime) -> list[str]:
    known = examining.choices(session, procedure.form, on=REGISTER_DAY)
    reading = read(procedure.form, raw, on=clock.local_day(at), units=known.units, places=known.places)
    assert not reading.problems, f"{procedure.code}: {reading.problems}"
    return [problem.field for problem in missing_files(procedure.form, reading.answers, attached=())]
