"""Where a dossier stands in its internal process: which step, whose, how much of its time is used, what comes next."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext
from sqlalchemy.orm import Session

from portal.access import register_day
from portal.calendars import queries as calendars
from portal.clock import local_day
from portal.deadlines import working_minutes
from portal.dossiers.life import Act, Actor, capacities, transition
from portal.dossiers.views import Dossier
from portal.i18n import language
from portal.people import queries as people
from portal.process_words import hours_number, role_words, way_lines
from portal.processes import following, queries
from portal.processes.definition import END
from portal.processes.following import Following
from portal.processes.queries import Stay
from portal.units.queries import Unit

_: Callable[..., str] = gettext


@dataclass(frozen=True, slots=True)
class Standing:
    """The place of a dossier in its process; `onward` is the unit it is passed to next, where it is passed on."""

    now: Following
    stay: Stay
    onward: Unit | None
    loose: bool

    @property
    def next_role(self) -> str | None:
        """Whose step it comes to when somebody is given it here; None where giving it leads nowhere."""
        to = self.now.process.step(self.now.step.way(Act.ASSIGNED) or END)
        return to.role if to else None

    def allows(self, act: Act, dossier: Dossier, by: Actor) -> bool:
        """Whether the step lets the actor do it in one of the places in which the table does."""
        row = transition(act, dossier.standing)
        ways = () if row is None else capacities(row, dossier.standing, by)
        return any(self._allows(act, dossier, way.roles_at(dossier.holder_unit_id)) for way in ways)

    def _allows(self, act: Act, dossier: Dossier, roles: frozenset[str]) -> bool:
        return following.refusal(self.now, act, state=dossier.state, roles=roles, loose=self.loose) is None


@dataclass(frozen=True, slots=True)
class Part:
    """The same in words, as `desk/process.html` shows it."""

    number: int
    count: int
    name: str
    role: str
    unit: str
    time: str
    late: bool
    ways: list[tuple[str, str]]
    loose: bool
    agency: str | None


def standing(session: Session, dossier: Dossier) -> Standing | None:
    """Where it is; None where it follows no process, or has come to its end."""
    if dossier.received_at is None:
        return None
    stays = queries.stays(session, dossier.id)
    now = following.of_stays(session, stays)
    if now is None:
        return None
    onward = following.onward(session, now, desk_unit_id=dossier.desk_unit_id, on=register_day())
    loose = following.is_loose(now, onward, holder_unit_id=dossier.holder_unit_id)
    return Standing(now, stays[-1], None if loose else onward, loose)


def allowed(acts: Sequence[Act], here: Standing | None, dossier: Dossier, by: Actor) -> tuple[Act, ...]:
    """Those of the possible acts that the step allows."""
    return tuple(act for act in acts if here is None or here.allows(act, dossier, by))


def next_colleagues(session: Session, dossier: Dossier, here: Standing | None, *, at: datetime) -> frozenset[int]:
    """Who of the holding unit has the role of the step that follows when they are given it."""
    if here is None or here.next_role is None:
        return frozenset()
    roles = {here.next_role}
    found = people.officers_in(session, dossier.holder_unit_id, roles=roles, on=local_day(at))
    return frozenset(one.id for one in found)


def part(session: Session, dossier: Dossier, here: Standing | None, *, at: datetime) -> Part | None:
    if here is None:
        return None
    now, step = here.now, here.now.step
    return Part(
        number=now.number,
        count=len(now.process.steps),
        name=step.name.in_(language()),
        role=role_words()[step.role],
        unit=dossier.holder.in_(language()),
        time=_time(session, here.stay, step.minutes, at=at),
        late=here.stay.late(at),
        ways=way_lines(now.process, step),
        loose=here.loose,
        agency=dossier.unit.code,
    )


def _time(session: Session, stay: Stay, budget: int | None, *, at: datetime) -> str:
    if budget is None or stay.due_at is None:
        return ""
    until = stay.paused_at or at
    calendar = calendars.of_unit(session, stay.unit_id, on=register_day())
    if stay.late(at):
        over = hours_number(_halves(working_minutes(stay.due_at, until, calendar)))
        return _("Đã quá %(over)s giờ so với %(all)s giờ làm việc của bước.", over=over, all=hours_number(budget))
    left = working_minutes(until, stay.due_at, calendar)
    used = max(0, budget - left)
    words = _(
        "Đã dùng %(used)s trong %(all)s giờ làm việc, còn %(left)s giờ.",
        used=hours_number(_halves(used)),
        all=hours_number(budget),
        left=hours_number(_halves(min(left, budget))),
    )
    stands_still = _("Đồng hồ của bước đang dừng.")
    return f"{words} {stands_still}" if stay.paused_at else words


def _halves(minutes: int) -> int:
    """To six minutes, a tenth of an hour: nobody reads 1,2833."""
    return round(minutes / 6) * 6
