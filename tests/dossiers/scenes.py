"""A dossier with its person, the unit that received it and another, for tests of what is done and taken back."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.dossiers import commands, opinions
from portal.dossiers.life import Actor
from portal.ledger import entry
from portal.transaction import unit_of_work
from tests.dossiers.making import ON, make_dossier, staff
from tests.dossiers.records import record
from tests.dossiers.test_acts import LONG, attempt, do, other_unit
from tests.signing_in import make_citizen

WHY = "Ghi nhầm hồ sơ."
STOOD = (
    *("state", "holder_unit_id", "holder_code", "desk_unit_id", "due_at", "rule", "paused_at", "extended"),
    *("received_at", "resolved_at", "returned_at", "outcome", "urgent_at", "keeper_id", "proposal"),
)


class Scene:
    """A dossier of three working days, a person, a unit that received it and another."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.person = make_citizen(session)
        self.made = make_dossier(session, self.person, code=LONG)
        self.me = Actor.person(self.person.id)
        self.desk = staff(session, self.made.unit)
        self.other = other_unit(session, self.made)
        self.there = staff(session, self.other)

    def do(self, verb: str, by: Actor | None = None, **facts: Any) -> "Scene":
        self.made = do(self.session, self.made, verb, by or self.desk, **facts)
        return self

    def attempt(self, verb: str, by: Actor | None = None, **facts: Any) -> None:
        attempt(self.session, self.made, verb, by or self.desk, **facts)

    def answer(self, by: Actor, unit_id: int) -> "Scene":
        """The unit gives the opinion that it was asked for last."""
        task = opinions.of_dossier(self.session, record(self.session, self.made.reference).dossier.id)[-1]
        assert opinions.task(self.session, task.id, unit_ids=[unit_id]) is not None
        at = self.made.at + timedelta(hours=1)
        with unit_of_work(self.session):
            done = commands.give_opinion(
                self.session, reference=self.made.reference, by=by, opinion_id=task.id, at=at, on=ON, answer="Không."
            )
        self.made = replace(self.made, steps=done.steps, at=at)
        return self

    def undo(self, by: Actor | None = None, **facts: Any) -> "Scene":
        return self.do("take_back", by, **{"reason": WHY, **facts})

    def stands(self) -> dict[str, Any]:
        dossier = record(self.session, self.made.reference).dossier
        return {name: getattr(dossier, name) for name in STOOD}

    def entries(self) -> list[entry.Act]:
        return [entry.parse(data)[0] for data in record(self.session, self.made.reference).entries]

    def letters(self) -> list[str]:
        keys = self.session.scalars(text("select key from letter order by id")).all()
        return [key for key in keys if key.startswith(self.made.reference)]
