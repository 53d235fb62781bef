"""`flask --app wsgi dossiers ...`: dossiers and their files."""

import click
from flask import current_app
from flask.cli import AppGroup

from portal import clock
from portal.dossiers import attachments, erasure, erasures, finding, quarantine, references, upkeep
from portal.errors import NotFound, Refused
from portal.files.virus_scan import Scan
from portal.transaction import unit_of_work

dossiers = AppGroup("dossiers", help="Dossiers, drafts and their files.")


@dossiers.command("clear")
def clear() -> None:
    """Do now what is done every night: remove stray files, forgotten drafts and old counters."""
    cleared = upkeep.run(at=clock.now())
    click.echo(
        f"Removed {cleared.files} files without a dossier, {cleared.drafts} forgotten drafts, "
        f"{cleared.attempts} counters of look-ups."
    )


@dossiers.command("index")
def index() -> None:
    """Make dossiers that were filed before findable by name and number. Safe to break off and to repeat."""
    click.echo(f"Made findable: {finding.index_missing()}.")


@dossiers.command("scan-files")
def scan_files() -> None:
    """Scan what waits in quarantine and all files taken while no scanner was configured. Safe to break off."""
    if attachments.installed().scanner is None:
        raise click.ClickException("No scanner is configured: set PORTAL_CLAMD.")
    scanned = quarantine.scan([Scan.WAITING, Scan.UNSCANNED], at=clock.now())
    click.echo(f"Clean: {scanned.clean}. Malware found and removed: {scanned.found}.")
    if scanned.silent:
        raise click.ClickException("clamd fell silent: the others wait, start this again when it answers.")


@dossiers.command("erase-person")
@click.argument("reference")
@click.confirmation_option(prompt="Erase the person who filed this dossier, with everything they filed, for ever?")
def erase_person(reference: str) -> None:
    """Lawfully erase whoever filed REFERENCE: answers, files, letters, secrets, sign-in. The public log stays whole."""
    try:
        with unit_of_work() as session:
            at = clock.now()
            erased = erasure.erase_person(session, reference=references.tidy(reference), at=at)
            erasures.remember(current_app.config["SETTINGS"], erased.persons, at=at)
    except NotFound as error:
        raise click.ClickException(f"There is no dossier {reference}.") from error
    except Refused as error:
        if error.code == "lists_behind":
            raise click.ClickException(
                "The newest entries of the ledger are not in its lists yet. Nothing was erased; try again in a moment, "
                "and see `ledger status` if it stays so."
            ) from error
        running = ", ".join(map(str, error.facts["references"]))  # type: ignore[call-overload]
        raise click.ClickException(
            f"Worked on, or with a result still to be returned: {running}. "
            "Nothing was erased; bring them to their end first."
        ) from error
    attachments.destroy(erased.files)
    attachments.destroy_pieces(erased.pieces)
    click.echo(
        f"Erased: {len(erased.references)} dossiers, {erased.drafts} drafts, {len(erased.files)} files, "
        f"{erased.letters} letters. Copies in backups end with the backups; "
        "putting one back erases again."
    )
