"""Fills a database with dossiers in bulk: the same rows that the commands write, by COPY, and real ledger entries."""

import random
import secrets
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from psycopg import Connection, sql
from sqlalchemy import text
from sqlalchemy.orm import Session

from portal import clock, sealing
from portal.deadlines import Term, current_calendar, due
from portal.dossiers import look_up_secrets, references
from portal.ledger import commitment, entry, tree
from portal.procedures import queries as procedures
from portal.procedures.procedure import Procedure, receiving_units
from portal.transaction import unit_of_work
from portal.units import queries as units
from portal.units.queries import Unit

CODES = ("1.001193", "1.000894", "2.000815", "2.000635", "1.001612", "2.000806")
DAYS = 300
NUMBER = "079000000001"


class Filler:
    """Makes dossiers of one person over the units and the last DAYS days; the same seed gives the same shape."""

    def __init__(self, session: Session, person_id: int, officer_id: int) -> None:
        self.session = session
        self.person_id, self.officer_id = person_id, officer_id
        self.random = random.Random(20200601)
        self.serials: dict[tuple[str, Any], int] = {}
        self.choices = list(_choices(session))
        self.next_id = 0

    def add(self, count: int) -> list[str]:
        """Add so many; returns their references. The entries wait in the outbox for the publisher."""
        tables: dict[str, list[dict[str, Any]]] = {name: [] for name in TABLES}
        self.next_id = 1 + self.session.execute(text("select coalesce(max(id), 0) from dossier")).scalar_one()
        added = [self._one(tables) for _number in range(count)]
        with unit_of_work(self.session):
            connection = self.session.connection().connection.driver_connection
            if not isinstance(connection, Connection):
                raise TypeError("filling needs psycopg")
            for name in TABLES:
                _copy(connection, name, tables[name])
            self.session.execute(text("select setval(pg_get_serial_sequence('dossier', 'id'), max(id)) from dossier"))
        return added

    def _one(self, tables: dict[str, list[dict[str, Any]]]) -> str:
        procedure, unit = self.random.choice(self.choices)
        filed_at = datetime.now(UTC).replace(microsecond=0) - timedelta(
            days=self.random.randrange(1, DAYS), seconds=self.random.randrange(36_000)
        )
        day = clock.local_day(filed_at)
        serial = self.serials[unit.agency_code, day] = self.serials.get((unit.agency_code, day), 0) + 1
        reference = references.compose(unit.agency_code, day, 5000 + serial)
        life = _Life(self, procedure, unit, reference, filed_at)
        life.live()
        life.write(tables)
        self.next_id += 1
        return reference


class _Life:
    """One dossier's acts, as rows and entries."""

    def __init__(self, filler: Filler, procedure: Procedure, unit: Unit, reference: str, filed_at: datetime) -> None:
        self.filler, self.procedure, self.unit, self.reference = filler, procedure, unit, reference
        self.secret = secrets.token_bytes(32)
        self.id, self.filed_at, self.at = filler.next_id, filed_at, filed_at
        self.state = "filed"
        self.received_at: datetime | None = None
        self.due_at: datetime | None = None
        self.resolved_at: datetime | None = None
        self.returned_at: datetime | None = None
        self.rule: str | None = None
        self.outcome: str | None = None
        self.leaf: bytes | None = None
        self.steps: list[dict[str, Any]] = []
        self.outbox: list[dict[str, Any]] = []

    def live(self) -> None:
        chance = self.filler.random.random()
        self._act("filed", "filed")
        if chance < 0.05:
            return
        self.received_at = self._later(4)
        channel = self.procedure.channel("online")
        term = channel.term if channel else Term(3, "working_days")
        counted = due(self.at, Term(term.number, term.unit), current_calendar())
        self.due_at, self.rule = counted.at, counted.rule
        self._act("received", "in_progress")
        if chance < 0.2:
            return
        self.resolved_at = self._later(60)
        self.outcome = "granted" if chance < 0.95 else "refused"
        self._act("resolved", "resolved")
        if chance > 0.3:
            self.returned_at = self._later(20)
            self._act("returned", "returned")

    def _later(self, hours: int) -> datetime:
        self.at += timedelta(minutes=self.filler.random.randrange(10, hours * 60))
        return self.at

    def _act(self, act: str, state: str) -> None:
        """An entry for the outbox and a step beside it."""
        before, n = self.state if self.steps else None, len(self.steps)
        self.state = state
        outcome = self.outcome if act == "resolved" else None
        code, number, unit = self.procedure.code, self.procedure.number, self.unit.agency_code
        public = entry.Act(
            n,
            self.leaf,
            act,
            self.at,
            self.reference,
            code,
            number,
            unit,
            None,
            "online",
            self.due_at,
            self.rule,
            outcome,
        )
        data = entry.render(public, commitment.commit({"note": None}, secret=self.secret, n=n))
        self.leaf = tree.leaf_hash(data)
        self.outbox.append({"at": self.at, "entry": data, "opening": None})
        self.steps.append(self._step(n, act, outcome, before))

    def _step(self, n: int, act: str, outcome: str | None, before: str | None) -> dict[str, Any]:
        by_person = act == "filed"
        return {
            "dossier_id": self.id,
            "n": n,
            "act": act,
            "at": self.at,
            "unit_id": self.unit.id,
            "unit_code": self.unit.agency_code,
            "to_unit_id": None,
            "to_code": None,
            "person_id": self.filler.person_id if by_person else None,
            "officer_id": None if by_person else self.filler.officer_id,
            "due_at": self.due_at,
            "rule": self.rule,
            "outcome": outcome,
            "note": None,
            "leaf": self.leaf,
            "entry": n,  # all are public
            "before": before,
        }

    def write(self, tables: dict[str, list[dict[str, Any]]]) -> None:
        tables["dossier"].append(self._row())
        tables["step"] += self.steps
        tables["ledger_outbox"] += self.outbox
        proof = look_up_secrets.derive(self.secret)
        tables["dossier_secret"].append(
            {
                "dossier_id": self.id,
                "secret": sealing.seal(self.secret),
                "look_up": look_up_secrets.secret_digest(self.reference, proof),
                "digits": look_up_secrets.digits_digest(self.reference, NUMBER[-4:]),
            }
        )

    def _row(self) -> dict[str, Any]:
        name = self.procedure.name
        return {
            "id": self.id,
            "reference": self.reference,
            "draft_token": uuid4(),
            "person_id": self.filler.person_id,
            "revision_id": self.procedure.revision_id,
            "revision_number": self.procedure.number,
            "procedure_code": self.procedure.code,
            "procedure_vi": name.vi,
            "procedure_en": name.en,
            "sealed": False,
            "unit_id": self.unit.id,
            "unit_code": self.unit.agency_code,
            "desk_unit_id": self.unit.id,
            "desk_code": self.unit.agency_code,
            "holder_unit_id": self.unit.id,
            "holder_code": self.unit.agency_code,
            "channel": "online",
            "language": "vi",
            "applicant": sealing.seal("Nguyễn Thị Mẫu".encode()),
            "state": self.state,
            "steps": len(self.steps),
            "entries": len(self.steps),
            "acted_at": self.at,
            "last_leaf": self.leaf,
            "urgent_at": self.due_at or self.filed_at,
            "filed_at": self.filed_at,
            "received_at": self.received_at,
            "due_at": self.due_at,
            "rule": self.rule,
            "extended": False,
            "paused_at": None,
            "resolved_at": self.resolved_at,
            "returned_at": self.returned_at,
            "outcome": self.outcome,
        }


TABLES = ("dossier", "dossier_secret", "step", "ledger_outbox")


def _choices(session: Session) -> Iterator[tuple[Procedure, Unit]]:
    everywhere = units.units_on(session, on=datetime(2020, 6, 1, tzinfo=UTC).date())
    for code in CODES:
        procedure = procedures.published(session, code, at=clock.now())
        if procedure is None:
            raise LookupError(f"no procedure {code}")
        for unit in receiving_units(procedure, everywhere):
            yield procedure, unit


def _copy(connection: Connection[Any], table: str, rows: list[dict[str, Any]]) -> None:
    columns = list(rows[0])
    statement = sql.SQL("copy {} ({}) from stdin").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row([row[column] for column in columns])


def copy_draft(session: Session, token: UUID, count: int) -> list[UUID]:
    """So many more drafts like this one, its files with it."""
    tokens = [uuid4() for _number in range(count)]
    with unit_of_work(session):
        for one in tokens:
            session.execute(_COPY_DRAFT, {"new": one, "old": token})
            session.execute(_COPY_FILES, {"new": one, "old": token})
    return tokens


_COPY_DRAFT = text(
    "insert into draft (token, person_id, revision_id, procedure_code, procedure_vi, procedure_en, unit_id, answers,"
    " created_at, saved_at) select :new, person_id, revision_id, procedure_code, procedure_vi, procedure_en, unit_id,"
    " answers, created_at, saved_at from draft where token = :old"
)
_COPY_FILES = text(
    "insert into attachment (draft_token, field, name, media_type, size, sha256, key, added_at)"
    " select :new, field, name, media_type, size, sha256, 'bench/' || gen_random_uuid(), added_at"
    " from attachment where draft_token = :old"
)
