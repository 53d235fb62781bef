"""`flask --app wsgi calendar ...`: what officers change of working calendars, for those who have no browser at hand."""

from datetime import date, datetime

import click
from flask.cli import AppGroup
from sqlalchemy.orm import Session

from portal import clock
from portal.calendars import commands, queries
from portal.calendars.queries import Entered, Version
from portal.calendars.wishes import Wanted
from portal.clock import local, local_day
from portal.commandline.deadlines import register_day
from portal.deadlines import current_calendar, versions_of
from portal.dossiers import commands as dossiers
from portal.dossiers import recounting
from portal.dossiers.life import ADMINISTRATOR, Actor
from portal.dossiers.recounting import Moved
from portal.errors import Invalid, NotFound, PortalError, Refused, Stale
from portal.people import queries as people
from portal.people import register
from portal.transaction import current_session, unit_of_work
from portal.units import queries as units
from portal.units.queries import Unit

calendar = AppGroup("calendar", help="Working calendars of units: days off, swapped days, own hours.")

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MOST_SAID = 5
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


@calendar.command("recount")
@click.option("--unit", "agency_code", help="Only dossiers that this unit, or one below it, received.")
@click.option("--apply", is_flag=True, help="Do it: one public act and one letter for each dossier.")
@click.option("--by", "subject", help="Subject of the officer in whose name; without: who signed the calendar.")
@click.option("--reason", help="What people are told; without: what the signed changes say.")
def recount(agency_code: str | None, *, apply: bool, subject: str | None, reason: str | None) -> None:
    """List the running dossiers that are due at another instant by the calendars of now; with --apply, move them."""
    session, on = current_session(), register_day()
    unit_ids = None if agency_code is None else units.within(session, _unit(session, agency_code).id, on=on)
    officer_id = None if subject is None else _administrator(session, subject)[0]
    found = list(recounting.listed(session, unit_ids=unit_ids, at=clock.now(), on=on))
    moved = [one for one in found if one.after is not None]
    for one in found:
        after = "kept: it would be past at once" if one.after is None else _rfc3339(one.after)
        click.echo(f"{one.reference}\t{_rfc3339(one.before)}\t{after}\t{one.rule_before}\t{one.rule_after}")
    if not apply:
        click.echo(f"{len(moved)} of {len(found)} would move; nothing was written. To do it: --apply", err=True)
        return
    done = sum(_recounted(one, officer_id, reason, on) for one in moved)
    click.echo(f"{done} of {len(moved)} moved, each with its entry and letter.", err=True)


def _recounted(one: Moved, officer_id: int | None, reason: str | None, on: date) -> bool:
    """Whether it was moved; one that somebody acted on meanwhile is left for the next run."""
    with unit_of_work() as session:
        version = queries.version_of(session, one.unit_id, on=on)
        by = officer_id or (version.signed_by if version else None)
        words = reason or (_said_in(session, version, one) if version else "")
        if by is None or not words:
            raise click.ClickException("The calendar came with a release: say --by SUBJECT and --reason.")
        try:
            dossiers.recount(
                session,
                reference=one.reference,
                by=Actor.officer(by, [(one.holder_unit_id, ADMINISTRATOR)]),
                seen=one.seen,
                at=clock.now(),
                on=on,
                reason=words,
            )
        except (Stale, Refused) as error:
            click.echo(f"{one.reference}\tnot moved: {error.code}", err=True)
            return False
    return True


def _said_in(session: Session, version: Version, one: Moved) -> str:
    """What is new since the dossier was counted, with its documents, in the dossier's language."""
    before = queries.version_named(session, (versions_of(one.rule_before) or ("", ""))[1])
    new = [number for number in version.changes if before is None or number not in before.changes]
    said = [
        f"{change.change.reason.in_(one.language)} ({change.source})" for change in queries.changes_of(session, new)
    ]
    return "; ".join(said[-MOST_SAID:])


def _rfc3339(instant: datetime) -> str:
    return local(instant).isoformat(timespec="seconds")


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
