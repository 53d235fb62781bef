"""`flask --app wsgi ledger prove`, `ledger receipt-key`: proof files for whoever asks at the counter."""

from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

import click
from flask import current_app

from portal.commandline.ledger_keys import ledger
from portal.commandline.statistics import recompute
from portal.commandline.witnesses import witnesses
from portal.dossiers import proofs, queries
from portal.dossiers.proofs import Erased, Evidence
from portal.dossiers.views import Dossier
from portal.errors import NotFound
from portal.ledger import promise, proof_file, proving, receipt_key
from portal.ledger.note import BadNote
from portal.settings import Settings
from portal.transaction import current_session

__all__ = ["ledger"]

ledger.add_command(recompute)
ledger.add_command(witnesses)


def _settings() -> Settings:
    found: Settings = current_app.config["SETTINGS"]
    return found


@ledger.command("prove")
@click.argument("reference")
@click.option(
    "--n", type=click.IntRange(0, 10**9 - 1), default=0, show_default=True, help="Which act; 0 is the filing."
)
@click.option("--show", "show", multiple=True, metavar="FIELD", help="A private field to show, for each; none without.")
@click.option("--fields", is_flag=True, help="Print the names of the act's private fields, and write nothing.")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where to write; by default <reference>.tlog-proof here.",
)
def prove(reference: str, n: int, show: tuple[str, ...], fields: bool, out: Path | None) -> None:
    """Write the proof of an act, with the private fields named: a file that is checked without the portal.

    Whoever types this answers for whom the file is given to: it is the person's own only with their fields.
    """
    session = current_session()
    dossier = queries.for_archive(session, reference)
    if dossier is None:
        raise click.ClickException(f"There is no dossier {reference}.")
    found = _evidence(dossier, n, show)
    known = proofs.fields_of(dossier, n)
    if fields:
        click.echo("\n".join(sorted(known)))
        return
    if unknown := sorted(set(show) - known.keys()):
        raise click.ClickException(f"This act has no field {', '.join(unknown)}; `--fields` prints those it has.")
    text = promise.make(found.step.leaf_hash, at=found.step.at, signer=receipt_key.receipt_key(_settings()))
    receipt = replace(found.receipt, promise=text)
    made = None if found.position is None else proving.proof(session, found.position, receipt)
    if made is None:
        raise click.ClickException("No checkpoint has this act yet: try again in a few seconds (`ledger status`).")
    path = out or Path(f"{dossier.reference}.{n}.tlog-proof" if n else f"{dossier.reference}.tlog-proof")
    path.write_bytes(proof_file.render(made))
    click.echo(f"{path}: act {n} of {dossier.reference} is entry {made.index}.")


def _evidence(dossier: Dossier, n: int, show: Collection[str]) -> Evidence:
    try:
        return proofs.of_act(current_session(), dossier, n, show=show)
    except NotFound as error:
        raise click.ClickException(
            f"{dossier.reference} has no act {n}; its last is {len(dossier.steps) - 1}."
        ) from error
    except Erased as error:
        raise click.ClickException(
            f"The private part of {dossier.reference} is erased; its entries' public proofs are in the ledger."
        ) from error


@ledger.command("receipt-key")
def receipt_keys() -> None:
    """Print the public keys that promises on receipts are checked with; makes the key on first use."""
    try:
        for key in receipt_key.public_keys(_settings()):
            click.echo(key.vkey)
    except BadNote as error:
        raise click.ClickException(str(error)) from error
