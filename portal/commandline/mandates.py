"""`flask --app wsgi mandates ...`: what is done about mandates by the clock."""

import click
from flask.cli import AppGroup

from portal import clock
from portal.mandates import upkeep

mandates = AppGroup("mandates", help="Mandates to file for somebody else.")


@mandates.command("tell-expired")
def tell_expired() -> None:
    """Write to both sides of mandates that ran out, as the worker does every night; they hold no more anyway."""
    click.echo(f"Mandates that ran out: {upkeep.run(at=clock.now())}.")
