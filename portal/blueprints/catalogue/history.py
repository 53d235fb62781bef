"""How a procedure came to be what it is: every revision, by which decision, and what each changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import abort, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal import clock
from portal.access import Audience, audience
from portal.blueprints.catalogue.face import blueprint, public_page
from portal.decision_words import DecisionWords, decision_words, ending, when
from portal.difference_words import counts, grouped
from portal.procedures import queries
from portal.procedures.queries import RevisionRow, Text
from portal.transaction import current_session

State = tuple[str, str]  # words and tone of a tag


@dataclass(frozen=True, slots=True)
class Line:
    """A revision in the history; `before` is the number of the one that it follows."""

    number: int
    name: Text
    begins: str
    ends: str
    state: State | None
    decision: DecisionWords | None
    before: int | None


@blueprint.get("/procedures/<code>/history")
@audience(Audience.PUBLIC)
def history(code: str) -> ResponseReturnValue:
    """Every revision with when it holds, its decision, and the way to what it changed."""
    rows = queries.history(current_session(), code)
    if not rows:
        abort(404)
    at = clock.now()
    return public_page(lambda: _history_page(code, rows, at), at=at)


@blueprint.get("/procedures/<code>/history/<int(max=99999):number>/changes")
@audience(Audience.PUBLIC)
def changes(code: str, number: int) -> ResponseReturnValue:
    """What this revision says otherwise than the one before it."""
    session, at = current_session(), clock.now()
    rows = queries.history(session, code)
    row = next((row for row in rows if row.number == number), None)
    if row is None:
        abort(404)
    return public_page(lambda: _changes_page(code, row, _before(rows, row)), at=at)


def _history_page(code: str, rows: Sequence[RevisionRow], at: datetime) -> str:
    newest = next((row for row in rows if not row.was_recalled), rows[0])
    return render_template(
        "catalogue/history.html",
        code=code,
        name=newest.name,
        lines=[_line(row, _before(rows, row), at) for row in rows],
        ending=ending(newest.withdrawal, at),
    )


def _changes_page(code: str, row: RevisionRow, before: RevisionRow | None) -> str:
    numbers = [found.number for found in (before, row) if found is not None]
    contents = {number: content for _code, number, content in queries.contents(current_session(), codes=[code])}
    groups = grouped(*(contents[number] for number in numbers)) if len(numbers) == 2 else ()
    return render_template(
        "catalogue/changes.html",
        code=code,
        row=row,
        before=before,
        begins=when(row.begins_at),
        decision=decision_words(row.decision),
        groups=groups,
        number=counts(groups),
    )


def _line(row: RevisionRow, before: RevisionRow | None, at: datetime) -> Line:
    ends = "" if row.was_recalled else when(row.ends_at)
    follows = before.number if before else None
    return Line(row.number, row.name, when(row.begins_at), ends, _state(row, at), decision_words(row.decision), follows)


def _state(row: RevisionRow, at: datetime) -> State | None:
    if row.was_recalled:
        return _("Đã thu hồi trước khi áp dụng"), "late"
    if row.begins_at > at:
        return _("Sắp áp dụng"), "waiting"
    return (_("Đang áp dụng"), "good") if row.ends_at is None or row.ends_at > at else None


def _before(rows: Sequence[RevisionRow], row: RevisionRow) -> RevisionRow | None:
    """The revision that it followed; `rows` newest first."""
    return next((other for other in rows if other.number < row.number and not other.was_recalled), None)
