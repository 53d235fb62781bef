"""`flask --app wsgi deadlines ...`: due instants and the calendar behind them."""

from datetime import date, datetime
from typing import cast

import click
from flask import current_app
from flask.cli import AppGroup

from portal import clock
from portal.calendars import queries as calendars
from portal.clock import local
from portal.deadline_words import explain as in_words
from portal.deadlines import Calendar, Term, current_calendar, due, seed
from portal.deadlines.term import TermUnit
from portal.errors import Invalid
from portal.settings import Settings
from portal.transaction import current_session
from portal.units import queries as units

deadlines = AppGroup("deadlines", help="Due instants and the working calendar.")

UNITS = ("hours", "working_days", "days", "same_day")


class Instant(click.ParamType[datetime]):
    """RFC 3339 with an offset."""

    name = "instant"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        try:
            found = datetime.fromisoformat(str(value))
        except ValueError:
            self.fail(f"{value} is not an instant such as 2020-06-15T09:00:00+07:00", param, ctx)
        if found.tzinfo is None:
            self.fail(f"{value} has no offset: write {value}+07:00", param, ctx)
        return found


@deadlines.command("due")
@click.argument("received", type=Instant())
@click.argument("number", type=int)
@click.argument("unit", type=click.Choice(UNITS))
@click.option("--unit", "agency_code", help="Agency code of the unit that receives it; without: the packaged calendar.")
@click.option("--explain", is_flag=True, help="Print the working, one line a step.")
@click.option("--language", type=click.Choice(("vi", "en")), default="vi", help="Of the working.")
def print_due(
    received: datetime, number: int, unit: str, *, agency_code: str | None, explain: bool, language: str
) -> None:
    """Print when a dossier RECEIVED then (RFC 3339) with a term of NUMBER UNIT is due."""
    try:
        found = due(received, Term(number, cast(TermUnit, unit)), _calendar(agency_code))
    except (Invalid, ValueError) as error:
        raise click.ClickException(f"This cannot be counted: {error}.") from error
    click.echo(local(found.at).isoformat(timespec="seconds"))
    if explain:
        for line in found.working:
            click.echo(in_words(line, language))
        click.echo(found.rule)


def _calendar(agency_code: str | None) -> Calendar:
    if agency_code is None:
        return current_calendar()
    session = current_session()
    unit = units.by_agency_code(session, agency_code)
    if unit is None:
        raise click.ClickException(f"There is no unit {agency_code}.")
    return calendars.of_unit(session, unit.id, on=register_day())


def register_day() -> date:
    """The day as of which the register of units is read here."""
    settings: Settings = current_app.config["SETTINGS"]
    return settings.units_on or clock.local_day(clock.now())


@deadlines.command("seed")
@click.argument("year", type=click.IntRange(2000, 2059))
def print_seed(year: int) -> None:
    """Print a first draft of YEAR's days off as CSV; compare it with the State's notice before use."""
    click.echo(seed.as_csv(year), nl=False)
