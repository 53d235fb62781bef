"""A dossier and who works on it, for tests of processes."""

from datetime import timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.dossiers import commands
from portal.dossiers.life import Actor, Outcome
from portal.processes import queries
from portal.processes.queries import Stay
from portal.transaction import unit_of_work
from tests.dossiers.making import ON, Made, pdf, staff


class Way:
    """A dossier, and who works on it, an hour for each act."""

    def __init__(self, session: Session, made: Made) -> None:
        self.session, self.made, self.seen, self.at = session, made, made.steps, made.at
        self.unit = made.unit
        self.receiver = staff(session, made.unit, ["receiver"])
        self.specialist = staff(session, made.unit, ["specialist"])
        self.leader = staff(session, made.unit, ["leader"])
        self.person = Actor.person(made.person.id)

    def do(self, verb: str, by: Actor, *, after: timedelta = timedelta(minutes=10), **facts: Any) -> None:
        self.at += after
        seen = self.session.execute(
            text("select entries, steps from dossier where reference = :r"), {"r": self.made.reference}
        ).one()
        self.session.rollback()
        with unit_of_work(self.session):
            getattr(commands, verb)(
                self.session,
                reference=self.made.reference,
                by=by,
                seen=seen.entries if by.person_id else seen.steps,
                at=self.at,
                on=ON,
                **facts,
            )

    @property
    def stays(self) -> tuple[Stay, ...]:
        number = text("select id from dossier where reference = :r")
        dossier_id = self.session.execute(number, {"r": self.made.reference}).scalar_one()
        found = queries.stays(self.session, dossier_id)
        self.session.rollback()
        return found

    @property
    def step(self) -> str | None:
        last = self.stays[-1] if self.stays else None
        return last.step if last and last.left_at is None else None

    def to_sign(self) -> None:
        self.do("receive", self.receiver)
        self.do("take_up", self.specialist)
        self.do("propose", self.specialist, outcome=Outcome.GRANTED, reason="Đủ điều kiện.")


def resolved(way: Way, by: Actor) -> None:
    way.do("resolve", by, outcome=Outcome.GRANTED, files=[pdf("kết quả.pdf")])
