"""What was ticked in the queue, and doing one act to each of it by itself."""

from collections.abc import Sequence
from dataclasses import dataclass

from portal import clock
from portal.access import register_day
from portal.blueprints.desk.acts import DeskAct, Facts, whole_number
from portal.blueprints.desk.clicks import done_before
from portal.blueprints.desk.face import actor, desk_units, officer_id
from portal.blueprints.desk.page import names_in
from portal.blueprints.desk.trouble import what_happened
from portal.dossier_words import error_words
from portal.dossiers import notes, queries
from portal.dossiers.references import tidy
from portal.errors import Invalid, NotFound, PortalError, Stale
from portal.i18n import gettext as _
from portal.procedures.reading import Problem
from portal.transaction import current_session, unit_of_work

MOST = 100


@dataclass(frozen=True, slots=True)
class Picked:
    """A dossier that was ticked, with the number of steps that the queue showed."""

    reference: str
    seen: int

    @classmethod
    def read(cls, typed: str) -> "Picked":
        reference, _colon, seen = typed.rpartition(":")
        return cls(tidy(reference), whole_number(seen))

    @property
    def text(self) -> str:
        return f"{self.reference}:{self.seen}"


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one of them; `trouble` is empty where it was done."""

    reference: str
    trouble: str


def picked(typed: Sequence[str]) -> list[Picked]:
    """Each dossier once, in the order of the queue; one more than may be, so that the page can say so."""
    found = {one.reference: one for one in map(Picked.read, typed[: MOST + 1])}
    return list(found.values())


def check(form: DeskAct, facts: Facts) -> None:
    """What is the same for all is said once, before anything is done."""
    problems = [
        Problem(field, "missing")
        for field, fact in (("to_officer", "to_officer_id"), ("to_unit", "to_unit_id"), ("way", "way"))
        if field in form.fields and facts[fact] is None
    ]
    if form.words:
        note, problem = notes.read(form.typed_words(), form.words)
        if problem is None and note is None and form.words == "reason":
            problem = Problem("reason", "missing")
        problems += [problem] if problem else []
    if problems:
        raise Invalid(*problems)


def done_to(form: DeskAct, one: Picked, facts: Facts) -> Result:
    """Do it, in a transaction of its own; what stood in the way otherwise, in words."""
    try:
        with unit_of_work() as session:
            form.command(
                session, reference=one.reference, by=actor(), seen=one.seen, at=clock.now(), on=register_day(), **facts
            )
    except (Stale, NotFound):
        return Result(one.reference, "" if done_before(form, one.reference, one.seen) else _moved_on(one))
    except PortalError as error:
        return Result(one.reference, error_words(error))
    return Result(one.reference, "")


def _moved_on(one: Picked) -> str:
    """Who did what since the queue was shown, where the officer may know it."""
    session = current_session()
    found = queries.for_desk(session, one.reference, unit_ids=desk_units())
    if found is None:
        return _("Hồ sơ này không còn ở đơn vị của bạn.")
    if not 0 < one.seen < found.seen:
        return error_words(Stale())
    done = what_happened(found, seen=one.seen, names=names_in(session, found), me=officer_id())
    return _("Hồ sơ đã thay đổi sau khi bạn mở danh sách: %(done)s.", done=done)
