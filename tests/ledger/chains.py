"""Dossiers' chains of acts, appended through the ordinary command."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from portal.ledger import commands
from portal.ledger.commands import Appended
from portal.ledger.entry import Act
from portal.transaction import unit_of_work
from tests.ledger.acts import FILED, RULE, SECRET, after


class Chain:
    """One dossier: each method appends the next act in a transaction of its own."""

    def __init__(
        self,
        session: Session,
        reference: str = FILED.reference,
        *,
        sealed: bool = False,
        private: dict[str, Any] | None = None,
        **changes: Any,
    ) -> None:
        self.session, self.sealed, self.private = session, sealed, private or {"note": "riêng tư"}
        self.appended: list[Appended] = []
        self.act = replace(FILED, reference=reference, **changes)
        self._append(self.act)

    def do(self, act: str, *, hours: float = 1, **changes: Any) -> "Chain":
        self._append(after(self.act, self.appended[-1].leaf_hash, act, hours=hours, **changes))
        return self

    def receive(self, *, hours: float = 1, due_in_hours: float = 72) -> "Chain":
        due = self.act.at + timedelta(hours=hours + due_in_hours)
        return self.do("received", hours=hours, due=due, rule=RULE)

    def resolve(self, *, hours: float = 1, outcome: str = "granted") -> "Chain":
        return self.do("resolved", hours=hours, outcome=outcome)

    @property
    def due(self) -> datetime:
        assert self.act.due is not None
        return self.act.due

    def _append(self, act: Act) -> None:
        with unit_of_work(self.session) as work:
            appended = commands.append(work, act=act, private=self.private, secret=SECRET, sealed=self.sealed)
        self.act = act
        self.appended.append(appended)


def reference(number: int, unit: str = "H06.31.01") -> str:
    return f"{unit}-200615-{number:04d}"
