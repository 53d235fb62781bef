"""A log of any size by a seed: dossiers with all that can happen to one, appended by the ordinary command."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import islice

from sqlalchemy.orm import Session

from portal.ledger import commands
from portal.ledger.entry import TOWARDS, Act
from portal.transaction import unit_of_work

BEGIN = datetime(2020, 1, 6, 1, tzinfo=UTC)
RULE = "vn-2018.1+brvt-2027.1"
UNITS = [f"H06.{district:02d}.{ward:02d}" for district in range(31, 39) for ward in range(1, 11)]
PROCEDURES = ("1.001193", "1.000894", "2.000815", "2.000635", "1.001612", "2.000806")
AT_WORK = 2000
IN_A_TRANSACTION = 500
NEXT = {
    "filed": ("received", "received", "received", "supplement_asked", "not_received"),
    "received": ("passed", "resolved", "resolved", "supplement_asked", "extended", "withdrawn"),
    "supplement_asked": ("supplement_given", "supplement_given", "withdrawn"),
    "supplement_given": ("received", "resolved"),
    "passed": ("resolved", "opinion_asked"),
    "opinion_asked": ("opinion_given",),
    "opinion_given": ("resolved",),
    "extended": ("resolved",),
    "resolved": ("returned",),
}


@dataclass(slots=True)
class _Dossier:
    act: Act
    leaf: bytes
    secret: bytes
    sealed: bool


class Lives:
    """The same seed gives the same acts, in the same order, with the same secrets: the same log, byte for byte.

    One to a log: the references of two would meet.
    """

    def __init__(self, seed: int, *, at_work: int = AT_WORK) -> None:
        self._chance = random.Random(seed)
        self._most_at_work = at_work
        self._seed, self._begun, self._at = seed, 0, BEGIN
        self._at_work: list[_Dossier] = []

    def append(self, session: Session, count: int) -> None:
        """So many more acts, a few hundred in each transaction."""
        steps = self._steps()
        while count:
            with unit_of_work(session) as work:
                for dossier in islice(steps, min(count, IN_A_TRANSACTION)):
                    self._append(work, dossier)
                    count -= 1

    def _append(self, session: Session, dossier: _Dossier) -> None:
        private = {"applicant": f"Người Mẫu {self._begun}", "note": None}
        appended = commands.append(
            session, act=dossier.act, private=private, secret=dossier.secret, sealed=dossier.sealed
        )
        dossier.leaf = appended.leaf_hash
        if dossier.act.act in NEXT:
            self._at_work.append(dossier)

    def _steps(self) -> Iterator[_Dossier]:
        while True:
            self._at += timedelta(seconds=self._chance.randrange(60))
            if len(self._at_work) < self._most_at_work:
                yield self._filed()
            else:
                place = self._chance.randrange(len(self._at_work))
                self._at_work[place], self._at_work[-1] = self._at_work[-1], self._at_work[place]
                yield self._moved(self._at_work.pop())

    def _filed(self) -> _Dossier:
        self._begun += 1
        unit = self._chance.choice(UNITS)
        act = Act(
            n=0,
            previous=None,
            act="filed",
            at=self._at,
            reference=f"{unit}-{self._at:%y%m%d}-{self._begun:07d}",
            procedure=self._chance.choice(PROCEDURES),
            revision=1,
            unit=unit,
            to=None,
            channel=self._chance.choice(("online", "online", "counter", "post")),
            due=None,
            rule=None,
            outcome=None,
        )
        secret = sha256(f"{self._seed} {self._begun}".encode()).digest()
        return _Dossier(act, b"", secret, sealed=self._chance.random() < 0.05)

    def _moved(self, dossier: _Dossier) -> _Dossier:
        before = dossier.act
        name = self._chance.choice(NEXT[before.act])
        due = before.due
        if name == "received" or (name == "extended" and due is not None):
            due = self._at + timedelta(days=self._chance.randrange(1, 15))
        dossier.act = replace(
            before,
            n=before.n + 1,
            previous=dossier.leaf,
            act=name,
            at=self._at,
            to=self._chance.choice(UNITS) if name in TOWARDS else None,
            due=due,
            rule=None if due is None else RULE,
            outcome="granted" if name == "resolved" else None,
        )
        return dossier
