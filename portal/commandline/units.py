"""`flask --app wsgi units ...`: the register of administrative units."""

from pathlib import Path

import click
from flask.cli import AppGroup

from portal import clock
from portal.access import register_day
from portal.errors import Invalid, PortalError
from portal.people import queries as people
from portal.people import register
from portal.reforms import commands as reforms
from portal.reforms import queries, upkeep
from portal.reforms.queries import Ending
from portal.transaction import unit_of_work
from portal.units import commands

units = AppGroup("units", help="The register of administrative units.")


@units.command("load")
@click.argument("folder", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path))
def load(folder: Path | None) -> None:
    """Bring the register to what the files say (those of the portal, or those in FOLDER); safe to repeat."""
    try:
        with unit_of_work() as session:
            report = commands.load(session, folder=folder)
    except Invalid as error:
        for problem in error.problems:
            click.echo(str(problem), err=True)
        raise click.ClickException("Nothing was loaded: correct the lines above and try again.") from error
    click.echo(
        f"Units: {report.new_units} new; facts: {report.new_facts} new, {report.changed_facts} changed; "
        f"successions: {report.new_successions} new."
    )


@units.command("hand-over")
@click.argument("code", required=False)
@click.option("--by", "subject", help="Order it in the name of this administrator (subject at the officers' provider).")
@click.option("--to", "to_code", help="The successor, where the unit was divided: it gets all that is left.")
def hand_over(code: str | None, subject: str | None, to_code: str | None) -> None:
    """List what units that ended still have; with CODE and --by, hand it over to the unit's successor.

    Each running dossier gets one act and one entry in the public ledger; no due instant moves; applicants are told.
    """
    found = [ending for ending in _ended() if code in (None, ending.unit.agency_code)]
    if code is not None and not found:
        raise click.ClickException(f"No unit {code} has ended and has a successor.")
    if code is not None and subject is not None:
        upkeep.carry_out(_ordered(found[0], subject, to_code))
        found = [ending for ending in _ended() if code == ending.unit.agency_code]
    for ending in found:
        click.echo(_line(ending))


def _ended() -> tuple[Ending, ...]:
    with unit_of_work() as session:
        return queries.endings(session, on=register_day(), today=clock.local_day(clock.now()))


def _ordered(ending: Ending, subject: str, to_code: str | None) -> int:
    """The number of the order; one that was given before and is not done is gone on with."""
    if ending.order is not None and ending.order.done_at is None:
        return ending.order.id
    wanted = [unit for unit in ending.successors if to_code in (None, unit.agency_code)]
    if len(wanted) != 1:
        raise click.ClickException("Say with --to which successor gets all that is left; /admin/units divides it.")
    at = clock.now()
    try:
        with unit_of_work() as session:
            officer = register.officer_of(session, subject)
            if officer is None:
                raise click.ClickException(f"No officer has the subject {subject}.")
            return reforms.order(
                session,
                old_unit_id=ending.unit.id,
                new_unit_id=wanted[0].id,
                officer_id=officer.id,
                roles=people.roles_of(session, officer.id, on=clock.local_day(at)),
                at=at,
                on=register_day(),
            )
    except PortalError as refusal:
        raise click.ClickException(f"Not ordered: {refusal.code}.") from refusal


def _line(ending: Ending) -> str:
    successors = ", ".join(unit.agency_code for unit in ending.successors)
    order = ending.order
    handed = f"; handed over: {order.dossiers} dossiers, {order.officers} officers" if order else ""
    drafts = f", {ending.drafts} drafts at the counter" if ending.drafts else ""
    return (
        f"{ending.unit.agency_code} -> {successors} from {ending.on:%Y-%m-%d} ({ending.decision}): "
        f"{ending.dossiers} dossiers and {ending.officers} officers left{drafts}{handed}"
    )
