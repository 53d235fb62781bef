"""Fills a database with dossiers in bulk: the same rows that the commands write, by COPY, in the order of filing.

Left out is what neither lists nor searches read: letters, files and papers of the dossiers, stays in processes.
"""

import itertools
import multiprocessing
import os
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID, uuid4

import psycopg
from psycopg import Connection, sql
from sqlalchemy import text
from sqlalchemy.orm import Session

from bench import course_rows, crowd
from bench.course_rows import TABLES, Tables
from bench.courses import FATES, OPEN, Course, Origin
from bench.crowd import Place, Somebody
from portal import clock
from portal.deadlines import Term
from portal.dossiers import references
from portal.transaction import unit_of_work

DAYS = 300
OFFICERS = 8000
A_PERSONS = 3  # how many dossiers one applicant has
IN_A_TRANSACTION = 9_000
FIRST_NUMBER = 1001
FIRST_SERIAL = 5001  # those before are for what is really filed
DAYS_OF = {"same_day": 1.0, "hours": 0.125, "days": 1.0, "working_days": 1.45}


class Planned(NamedTuple):
    """What is known of a dossier before its course."""

    filed_at: datetime
    until: datetime
    fate: str
    place: int
    procedure: int
    serial: int


@dataclass(frozen=True, slots=True)
class Slice:
    """Some dossiers one after another, with the first numbers of theirs and of their applicants."""

    planned: Sequence[Planned]
    first_id: int
    first_person: int
    first_number: int


class Filler:
    """Dossiers of many people over all units and the last DAYS days; the same seed gives the same shape.

    `entries`: with a ledger, whose entries wait in the outbox for the publisher. `trusting`: foreign keys are not
    checked, which is half of the work. Only a superuser may ask for that.
    """

    def __init__(
        self, session: Session, *, officers: int = OFFICERS, entries: bool = True, trusting: bool = False
    ) -> None:
        self.session, self.entries, self.trusting = session, entries, trusting
        self.random = random.Random(20200601)
        self.places = crowd.places(session, officers=officers)
        self.weights = list(itertools.accumulate(place.weight for place in self.places))
        self.serials: dict[tuple[str, Any], int] = {}
        self.people = FIRST_NUMBER - 1

    def add(self, count: int) -> None:
        """Add so many, here and in one transaction after another."""
        with unit_of_work(self.session):
            connection = self.session.connection().connection.driver_connection
            if not isinstance(connection, Connection):
                raise TypeError("filling needs psycopg")
            for one in self._slices(count):
                self._write(connection, one)
            self._number_on()

    def add_beside(self, count: int, *, url: str, hands: int) -> None:
        """The same in `hands` processes at once."""
        slices = list(self._slices(count))
        self.session.rollback()
        context = multiprocessing.get_context("fork")
        workers = [
            context.Process(target=self._work, args=(url, slices[number::hands], number)) for number in range(hands)
        ]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        if any(worker.exitcode for worker in workers):
            raise RuntimeError("a process that filled the database broke off")
        with unit_of_work(self.session):
            self._number_on()
        settle(url)

    def _number_on(self) -> None:
        for name in ("person", "dossier"):
            self.session.execute(text(f"select setval(pg_get_serial_sequence('{name}', 'id'), max(id)) from {name}"))

    def _work(self, url: str, slices: Sequence[Slice], number: int) -> None:
        self.random.seed(number)
        with psycopg.connect(url) as connection:
            for one in slices:
                self._write(connection, one)
                connection.commit()
        os._exit(0)  # what the parent holds open is the parent's to close

    # --- The plan ------------------------------------------------------------------------------------------------

    def _slices(self, count: int) -> Iterator[Slice]:
        """The order of filing over all slices; each begins at an applicant of its own."""
        plan = sorted(self._plan(count))
        first_id, first_person = (
            1 + self.session.execute(text(f"select coalesce(max(id), 0) from {table}")).scalar_one()
            for table in ("dossier", "person")
        )
        for start in range(0, count, IN_A_TRANSACTION):
            planned = plan[start : start + IN_A_TRANSACTION]
            people = -(-len(planned) // A_PERSONS)
            yield Slice(planned, first_id + start, first_person, self.people + 1)
            first_person, self.people = first_person + people, self.people + people

    def _plan(self, count: int) -> Iterator[Planned]:
        now = clock.now().replace(microsecond=0)
        fates = list(itertools.islice(itertools.cycle(_fates()), count))
        self.random.shuffle(fates)
        for fate in fates:
            (place,) = self.random.choices(range(len(self.places)), cum_weights=self.weights)
            procedure = self.random.randrange(len(self.places[place].procedures))
            filed_at, until = self._when(fate, self.places[place].procedures[procedure][1], now)
            day = clock.local_day(filed_at)
            key = self.places[place].unit.agency_code, day
            serial = self.serials[key] = self.serials.get(key, FIRST_SERIAL - 1) + 1
            yield Planned(filed_at, until, fate, place, procedure, serial)

    def _when(self, fate: str, term: Term, now: datetime) -> tuple[datetime, datetime]:
        """When it was filed, and its latest act. Of what is worked on about one in thirty is late."""
        length, chance = max(1.0, term.number * DAYS_OF[term.unit]), self.random  # in days, about
        if fate in OPEN:
            shortest, longest = {"filed": (0.02, 1.5), "working": (0.05, 1.15 * length)}.get(fate, (0.3, length + 10))
            age = timedelta(days=chance.uniform(shortest, max(longest, shortest + 0.1)))
            return now - age, now - age * chance.uniform(0.01, 0.3)
        days = chance.uniform(min(length + 3, DAYS - 1), DAYS)
        taken = chance.uniform(0.2, 1.1) * length
        return now - timedelta(days=days), now - timedelta(days=max(days - taken, 0.5))

    # --- The rows ------------------------------------------------------------------------------------------------

    def _write(self, connection: "Connection[Any]", one: Slice) -> None:
        tables: Tables = {name: [] for name in TABLES}
        number = -(-len(one.planned) // A_PERSONS)
        people = list(crowd.people(one.first_person, one.first_number, number))
        tables["person"] = [person.row(clock.now()) for person in people]
        for place, planned in enumerate(one.planned):
            course = self._course(one.first_id + place, planned, people[place % number])
            course.run()
            course_rows.write(course, tables)
        _copy_all(connection, tables, trusting=self.trusting)

    def _course(self, id: int, planned: Planned, person: Somebody) -> Course:
        place = self.places[planned.place]
        procedure, term = place.procedures[planned.procedure]
        reference = references.compose(place.unit.agency_code, clock.local_day(planned.filed_at), planned.serial)
        origin = Origin(id, reference, person, place, procedure, term, planned.fate, planned.filed_at, planned.until)
        return Course(origin, self.random, lambda: self._elsewhere(place), self.entries)

    def _elsewhere(self, place: Place) -> Place:
        while (found := self.random.choices(self.places, cum_weights=self.weights)[0]) is place:
            pass
        return found


def _fates() -> list[str]:
    return [fate for fate, number in FATES.items() for _one in range(number)]


def _copy_all(connection: "Connection[Any]", tables: Tables, *, trusting: bool) -> None:
    with connection.cursor() as cursor:
        if trusting:
            cursor.execute("set local session_replication_role = replica")
        for name in TABLES:
            if tables[name]:
                _copy(cursor, name, tables[name])


def _copy(cursor: "psycopg.Cursor[Any]", table: str, rows: list[dict[str, Any]]) -> None:
    columns = list(rows[0])
    statement = sql.SQL("copy {} ({}) from stdin").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    with cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row([row[column] for column in columns])


def settle(url: str) -> None:
    """As a server leaves a table some minutes after such a crowd: vacuumed, analysed, pending entries in the index."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("vacuum (analyze)")


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
