"""`flask --app wsgi ledger witnesses`: show them the log, and see how they stand."""

import sys

import click
from flask import current_app
from sqlalchemy.orm import Session

from portal.ledger import gathering, halted, handed_out, log, quorum
from portal.ledger.policy import Asked, BadPolicy, Policy
from portal.settings import Settings
from portal.transaction import current_session


@click.command("witnesses")
def witnesses() -> None:
    """Ask every witness to cosign, and say where each stands; exit 1 unless the quorum is there."""
    settings: Settings = current_app.config["SETTINGS"]
    try:
        policy = quorum.read_policy(settings)
        gathering.once(settings)
    except BadPolicy as error:
        raise click.ClickException(str(error)) from error
    if policy is None:
        raise click.ClickException("No witness is asked: set PORTAL_LEDGER_POLICY, see docs/witnesses.md.")
    session = current_session()
    for asked in policy.witnesses:
        click.echo(_line(session, asked))
    reason = halted.reason(halted.beside(handed_out.path_of(settings)))
    if reason is not None:
        click.echo(f"HALTED: {reason}", err=True)
    if not _quorum(session, policy) or reason is not None:
        sys.exit(1)


def _line(session: Session, asked: Asked) -> str:
    size = quorum.last_size_of(session, asked.key.name, asked.key.key_id)
    where = asked.address or "is not asked: the policy has no address of it"
    return f"{asked.name} ({where}): {'has not cosigned yet' if size is None else f'cosigned {size} entries'}"


def _quorum(session: Session, policy: Policy) -> bool:
    """Whether the published checkpoint has it; says so."""
    size, standing = log.size(session), quorum.standing(session)
    cosigned = policy.named(quorum.cosigners_of(session, size))
    reached = policy.reached(cosigned)
    since = "" if standing.missing_since is None else f", since {standing.missing_since:%Y-%m-%d %H:%M} UTC"
    there = "there" if reached else f"NOT there{since}"
    click.echo(f"Published: {size}; cosigned by {len(cosigned)}; the quorum is {there}.")
    return reached
