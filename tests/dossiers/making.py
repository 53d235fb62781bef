"""Dossiers for tests, made the way people make them: a form filled by type, files stored, submitted, acted on.

    made = make_dossier(session, person)                      # filed with the commune H06.30.01 of the pilot
    made = bring_to(session, made, State.RESOLVED)            # by officers made for the purpose

Everything is committed. `Clockwork` gives instants on a working day, each later than the one before.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from portal.dossiers import attachments, commands, drafts, examining, queries
from portal.dossiers.attachments import Stored
from portal.dossiers.examining import Choices
from portal.dossiers.life import LEADER, RECEIVER, SPECIALIST, Actor, Outcome, State, Way
from portal.people.queries import Person
from portal.procedures import queries as procedures
from portal.procedures.definition import Field, Form, asked, read
from portal.procedures.procedure import Procedure
from portal.transaction import unit_of_work
from portal.units import queries as units
from tests.dossiers.corpus import PLAIN_PDF
from tests.signing_in import make_officer

ON = date(2020, 6, 1)  # the day of the unit register
AT = datetime(2020, 6, 15, 2, 0, tzinfo=UTC)  # a Monday, 09:00 in Viet Nam
CODE = "1.001193"
SIMPLE = {
    "text": "Nguyễn Thị Thử",
    "long_text": "Nội dung đề nghị để thử.",
    "address": "1 đường Thử Nghiệm, Phường 1",
    "yes_no": "no",
    "national_id": "099190000001",
    "tax_code": "3500000000",
    "phone": "0900000001",
    "email": "thu@example.test",
    "statement": "yes",
}
Act = tuple[str, Actor, dict[str, object]]  # verb, who, what along with it


class Clockwork:
    """Instants five minutes apart, from a Monday morning on."""

    def __init__(self, at: datetime = AT) -> None:
        self.now = at

    def tick(self, **further: float) -> datetime:
        self.now += timedelta(**further) if further else timedelta(minutes=5)
        return self.now


@dataclass(frozen=True)
class Made:
    """A dossier made for a test."""

    reference: str
    secret: str
    person: Person
    unit: units.Unit
    steps: int
    at: datetime


def fill(form: Form, *, day: date, unit_code: str = "") -> dict[str, list[str]]:
    """Typed values, right for every field that the form then asks."""
    raw: dict[str, list[str]] = {}
    for field in form.fields:
        if field.type != "file":
            raw |= _typed(field, day, unit_code)
    return raw


def files_needed(form: Form, raw: dict[str, list[str]], *, day: date, known: Choices) -> list[str]:
    answers = read(form, raw, on=day, units=known.units, places=known.places).answers
    return [field.key for field in asked(form, answers) if field.type == "file" and field.required]


def pdf(name: str = "giấy tờ.pdf") -> Stored:
    return attachments.store(io.BytesIO(PLAIN_PDF), name=name)


def make_draft(
    session: Session, person: Person, *, code: str = CODE, agency_code: str | None = None, at: datetime = AT
) -> UUID:
    """A draft that is ready to be submitted."""
    with unit_of_work(session):
        procedure = procedures.published(session, code, at=at)
        assert procedure is not None, f"no procedure {code}"
        unit = receiving_unit(session, procedure, agency_code)
        token = drafts.begin(session, person_id=person.id, code=code, at=at)
        drafts.choose_unit(session, token=token, person_id=person.id, unit_id=unit.id, on=ON, at=at)
        raw = fill(procedure.form, day=at.date(), unit_code=unit.agency_code)
        for section in procedure.form.sections:
            drafts.save(session, token=token, person_id=person.id, section=section.key, raw=raw, at=at, on=ON)
        known = examining.choices(session, procedure.form, on=ON)
        for field in files_needed(procedure.form, raw, day=at.date(), known=known):
            drafts.attach(session, token=token, person_id=person.id, field=field, file=pdf(), at=at)
    return token


def make_dossier(
    session: Session, person: Person, *, code: str = CODE, agency_code: str | None = None, at: datetime = AT
) -> Made:
    """A dossier just filed."""
    token = make_draft(session, person, code=code, agency_code=agency_code, at=at)
    with unit_of_work(session):
        done = commands.submit(session, token=token, person_id=person.id, language="vi", at=at, on=ON)
        found = queries.owned(session, done.reference, person_id=person.id)
    assert found is not None
    unit = units.by_agency_code(session, found.unit.code)
    assert unit is not None
    return Made(done.reference, done.secret, person, unit, 1, at)


def receiving_unit(session: Session, procedure: Procedure, agency_code: str | None = None) -> units.Unit:
    possible = procedures.receiving_units(procedure, units.units_on(session, on=ON))
    return next(unit for unit in possible if agency_code in (None, unit.agency_code))


def staff(session: Session, unit: units.Unit, roles: Sequence[str] = (RECEIVER, SPECIALIST, LEADER)) -> Actor:
    """An officer of the unit with these roles."""
    officer = make_officer(session, unit.agency_code, *roles)  # type: ignore[arg-type]
    return Actor.officer(officer.id, [(unit.id, role) for role in roles])


def bring_to(session: Session, made: Made, state: State, *, by: Actor | None = None) -> Made:
    """The same dossier, brought to that state by the shortest way, an hour for each act."""
    by = by or staff(session, made.unit)
    me = Actor.person(made.person.id)
    seen, at = made.steps, made.at
    for verb, actor, facts in _way(state, me, by):
        at += timedelta(hours=1)
        with unit_of_work(session):
            done = getattr(commands, verb)(
                session, reference=made.reference, by=actor, seen=seen, at=at, on=ON, **facts
            )
        seen = done.steps
    return Made(made.reference, made.secret, made.person, made.unit, seen, at)


def _way(state: State, me: Actor, by: Actor) -> list[Act]:
    received: Act = ("receive", by, {})
    resolved: Act = ("resolve", by, {"outcome": Outcome.GRANTED, "files": [pdf("kết quả.pdf")]})
    ways: dict[State, list[Act]] = {
        State.FILED: [],
        State.NOT_RECEIVED: [("decline", by, {"reason": "Thiếu giấy chứng sinh."})],
        State.IN_PROGRESS: [received],
        State.AWAITING_SUPPLEMENT: [received, ("ask_supplement", by, {"reason": "Cần bản chụp rõ hơn."})],
        State.AWAITING_DUTY: [received, ("ask_duty", by, {"reason": "Nộp lệ phí trước bạ."})],
        State.STOPPED: [received, ("stop", by, {"reason": "Thửa đất đang tranh chấp."})],
        State.RESOLVED: [received, resolved],
        State.RETURNED: [received, resolved, ("return_result", by, {"way": Way.COUNTER})],
        State.WITHDRAWN: [("withdraw", me, {"reason": "Nộp nhầm."})],
    }
    return ways[state]


def _typed(field: Field, day: date, unit_code: str) -> dict[str, list[str]]:
    if field.type == "date":
        return _day(field, day)
    if field.type in ("one_of", "any_of"):
        return {field.key: [field.options[0].value]}
    if field.type == "unit":
        return {field.key: [unit_code]}
    if field.type in ("integer", "money"):
        return {field.key: [str(field.minimum if field.minimum is not None else 1)]}
    text = SIMPLE[field.type]
    if field.min_length and len(text) < field.min_length:
        text = (text + " ") * (field.min_length // len(text) + 1)
    return {field.key: [text[: field.max_length]]}


def _day(field: Field, day: date) -> dict[str, list[str]]:
    chosen = day if field.not_before in (None, "today") else max(day, date.fromisoformat(field.not_before or ""))
    if field.not_after not in (None, "today"):
        chosen = min(chosen, date.fromisoformat(field.not_after or ""))
    return {
        f"{field.key}-day": [str(chosen.day)],
        f"{field.key}-month": [str(chosen.month)],
        f"{field.key}-year": [str(chosen.year)],
    }
