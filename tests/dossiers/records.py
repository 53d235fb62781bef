"""What rests in the database about dossiers, read past the queries of the package."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.ledger import entry, tree

TABLES = (
    "dossier",
    "step",
    "attachment",
    "dossier_secret",
    "dossier_content",
    "ledger_outbox",
    "letter",
    "procrastinate_jobs",
)
WITHIN_THE_UNIT = {"taken_up", "assigned", "given_back", "proposed", "approved", "sent_back", "undone"}
UNDER_ANOTHER_WORD = {
    "duty_asked": ("supplement_asked", "financial_duty"),
    "passed_back": ("passed", "passed_back"),
    "duty_done": ("supplement_given", "financial_duty"),
}


@dataclass(frozen=True)
class Record:
    """One dossier with its steps and the entries that wait for the publisher."""

    dossier: Any
    steps: list[Any]
    entries: list[bytes]
    opinions: list[Any]


def record(session: Session, reference: str) -> Record:
    dossier = session.execute(text("select * from dossier where reference = :r"), {"r": reference}).one()
    steps = session.execute(text("select * from step where dossier_id = :d order by n"), {"d": dossier.id}).all()
    opinions = session.execute(text("select * from opinion where dossier_id = :d order by id"), {"d": dossier.id}).all()
    waiting = session.scalars(text("select entry from ledger_outbox order by id"))
    mine = [bytes(data) for data in waiting if f'"{reference}"'.encode() in bytes(data)]
    return Record(dossier, list(steps), mine, list(opinions))


def check_chain(found: Record) -> None:
    """Public steps and entries go hand in hand, each entry pointing at the one before; the others have none."""
    assert [step.n for step in found.steps] == list(range(found.dossier.steps))
    public = [step for step in found.steps if step.entry is not None]
    assert len(found.entries) == len(public) == found.dossier.entries
    assert all(step.leaf is None for step in found.steps if step.entry is None)
    assert {step.act for step in found.steps if step.entry is None} <= WITHIN_THE_UNIT
    assert {step.act for step in public}.isdisjoint(WITHIN_THE_UNIT)
    previous = None
    for n, (step, data) in enumerate(zip(public, found.entries, strict=True)):
        act, _ = entry.parse(data)
        assert (act.n, step.entry) == (n, n)
        assert act.previous == previous
        word, outcome = UNDER_ANOTHER_WORD.get(step.act, (step.act, step.outcome))
        if step.act == "corrected":  # names what it takes back: the act before it
            taken = public[n - 1].act
            outcome = UNDER_ANOTHER_WORD.get(taken, (None, taken))[1]
        assert (act.act, act.unit, act.to, act.outcome) == (word, step.unit_code, step.to_code, outcome)
        assert act.at == step.at.replace(microsecond=0)
        assert act.due == (step.due_at and step.due_at.replace(microsecond=0))
        assert act.rule == step.rule
        previous = tree.leaf_hash(data)
        assert bytes(step.leaf) == previous
    assert bytes(found.dossier.last_leaf) == previous


def sizes(session: Session) -> dict[str, int]:
    """How many rows every table has that an act may touch."""
    return {table: session.execute(text(f"select count(*) from {table}")).scalar_one() for table in TABLES}
