"""`flask --app wsgi calendar ...`: what officers change of working calendars, for those who have no browser at hand."""

from datetime import date, datetime

import click
from flask.cli import AppGroup
from sqlalchemy.orm import Session

from portal import clock
from portal.calendars import commands, queries
from portal.calendars.queries import Entered
from portal.calendars.wishes import Wanted
from portal.clock import local_day
from portal.commandline.deadlines import register_day
from portal.deadlines import current_calendar
from portal.errors import Invalid, NotFound, PortalError
from portal.people import queries as people
from portal.people import register
from portal.transaction import current_session, unit_of_work
from portal.units import queries as units
from portal.units.queries import Unit

calendar = AppGroup("calendar", help="Working calendars of units: days off, swapped days, own hours.")

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
Day = click.DateTime(["%Y-%m-%d"])


@calendar.command("show")
@click.argument("agency_code")
def show(agency_code: str) -> None:
    """Print by which version a unit works, what was changed, and what waits for a second person."""
    session, on = current_session(), register_day()
    unit = _unit(session, agency_code)
    version = queries.version_of(session, unit.id, on=on)
    click.echo(version.name if version else current_calendar().version)
    above = units.upwards(session, unit.id, on=on)
    for one in queries.changes_of(session, version.changes if version else ()):
        click.echo(f"{one.id}\tcounts\t{_said(one)}")
    for one in queries.waiting(session, above):
        click.echo(f"{one.id}\twaiting\t{_said(one)}")


@calendar.command("enter")
@click.argument("agency_code")
@click.argument("kind", type=click.Choice(("off", "worked", "swap", "hours", "announced")))
@click.argument("first", type=Day)
@click.option("--last", type=Day, help="Of several days off, or of own hours.")
@click.option("--worked-on", type=Day, help="The day worked instead, for a swap.")
@click.option("--reason", required=True, help="In Vietnamese; the working of a due instant says it.")
@click.option("--reason-en", default="", help="The same in English.")
@click.option("--source", required=True, help="The document that says so: number, day, who signed it.")
@click.option("--hours", multiple=True, help='One day, such as "saturday=07:30-11:30"; once for each day worked.')
@click.option("--cut-off", default="15:00", show_default=True, help="With own hours: for what is done within the day.")
@click.option("--by", "subject", required=True, help="Subject of the officer, as in the file of officers.")
def enter(
    agency_code: str,
    kind: str,
    first: datetime,
    *,
    last: datetime | None,
    worked_on: datetime | None,
    reason: str,
    reason_en: str,
    source: str,
    hours: tuple[str, ...],
    cut_off: str,
    subject: str,
) -> None:
    """Write down what a document changes of a unit's calendar; it counts once a second officer has signed it."""
    spans = dict(one.partition("=")[::2] for one in hours)
    with unit_of_work() as session:
        officer_id, administers = _administrator(session, subject)
        wanted = Wanted(
            unit_id=_unit(session, agency_code).id,
            kind=kind,
            first=first.date(),
            last=_day(last),
            worked_on=_day(worked_on),
            reason_vi=reason.strip(),
            reason_en=reason_en.strip(),
            source=source.strip(),
            weekly=tuple(spans.get(day, "") for day in DAYS),
            cut_off=cut_off,
        )
        try:
            made = commands.enter(
                session, wanted, by=officer_id, administers=administers, at=clock.now(), on=register_day()
            )
        except Invalid as error:
            raise click.ClickException(f"Nothing was written: {', '.join(map(str, error.problems))}.") from error
        except NotFound as error:
            raise click.ClickException(f"{subject} does not administer {agency_code}.") from error
    click.echo(f"Change {made} waits for a second officer: calendar sign {made} --by SUBJECT.")


@calendar.command("sign")
@click.argument("change_id", type=int)
@click.option("--by", "subject", required=True, help="Subject of a second officer.")
def sign(change_id: int, subject: str) -> None:
    """Make a change count, as its second person."""
    with unit_of_work() as session:
        officer_id, administers = _administrator(session, subject)
        try:
            names = commands.sign(
                session, change_id, by=officer_id, administers=administers, at=clock.now(), on=register_day()
            )
        except PortalError as error:
            raise click.ClickException(f"Nothing was signed: {error.code}.") from error
    for name in names:
        click.echo(name)


def _administrator(session: Session, subject: str) -> tuple[int, frozenset[int]]:
    """The officer, and the units whose calendars they may change today."""
    officer = register.officer_of(session, subject)
    if officer is None:
        raise click.ClickException(f"There is no officer {subject}.")
    roles = people.roles_of(session, officer.id, on=local_day(clock.now()))
    own = {role.unit_id for role in roles if role.role == "administrator"}
    return officer.id, commands.reach(session, own, on=register_day())


def _unit(session: Session, agency_code: str) -> Unit:
    unit = units.by_agency_code(session, agency_code)
    if unit is None:
        raise click.ClickException(f"There is no unit {agency_code}.")
    return unit


def _day(typed: datetime | None) -> date | None:
    return None if typed is None else typed.date()


def _said(one: Entered) -> str:
    days = one.change.first.isoformat()
    if one.change.last is not None or one.change.worked_on is not None:
        days = f"{days}/{(one.change.last or one.change.worked_on or one.change.first).isoformat()}"
    return f"{one.change.kind}\t{days}\t{one.change.reason.vi}\t{one.source}"
