"""`flask --app wsgi ledger recompute`: the figures, made anew from the log's entries or held against them."""

import sys

import click
from flask.cli import with_appcontext

from portal.statistics import commands
from portal.transaction import current_session, unit_of_work


@click.command("recompute")
@click.option("--check", "only_check", is_flag=True, help="Change nothing: exit 1 unless what is stored is the same.")
@with_appcontext
def recompute(only_check: bool) -> None:
    """Make all figures anew from the bytes of the published entries, or hold the stored ones against them."""
    if not only_check:
        with unit_of_work() as session:
            count = commands.rebuild(session)
        click.echo(f"Counted anew: {count} entries.")
        return
    size, findings = commands.check(current_session())
    current_session().rollback()
    for finding in findings:
        click.echo(f"{finding.code}: {finding.where}", err=True)
    click.echo(f"Entries: {size}; figures {'NOT as the entries say' if findings else 'as the entries say'}.")
    if findings:
        sys.exit(1)
