"""Every due instant of a dossier with its working, line by line: the same words for officer, person and public."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from portal.calendars import queries as calendars
from portal.deadline_words import explain
from portal.deadlines import Calendar, Term
from portal.display import act_words, instant
from portal.dossiers import workings
from portal.dossiers.life import Act
from portal.dossiers.workings import Fact
from portal.i18n import language
from portal.procedures.procedure import Procedure


@dataclass(frozen=True, slots=True)
class Explained:
    """How an act came to a due instant; `lines` empty where it cannot be counted again here."""

    title: str
    due: datetime
    shown: str
    rule: str
    lines: tuple[str, ...]
    decided: bool


def explained(session: Session, facts: Iterable[Fact], term: Term | None) -> list[Explained]:
    """One for each act that gave a due instant; a calendar that no release brought costs two statements."""
    known: dict[str, Calendar | None] = {}

    def calendar_of(rule: str) -> Calendar | None:
        if rule not in known:
            known[rule] = calendars.by_rule(session, rule)
        return known[rule]

    lang = language()
    return [
        Explained(
            title=act_words(one.act),
            due=one.due_at,
            shown=instant(one.due_at),
            rule=one.rule,
            lines=tuple(explain(line, lang) for count in one.counts for line in count.working),
            decided=one.act == Act.EXTENDED,
        )
        for one in workings.of(facts, term, calendar_of)
    ]


def term_of(procedure: Procedure | None, channel: str) -> Term | None:
    found = procedure.channel(channel) if procedure else None
    return None if found is None else Term(found.term.number, found.term.unit)
