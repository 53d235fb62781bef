"""`flask --app wsgi ledger ...`: publish, verify, see how it stands."""

import sys
from datetime import datetime

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy.orm import Session

from portal import clock
from portal.ledger import faults, gathering, halted, handed_out, quorum, scrubbing, storage
from portal.ledger.agent import AgentFailed
from portal.ledger.audit import audit
from portal.ledger.growing import RefusedToSign
from portal.ledger.keys import LogKeys
from portal.ledger.note import BadNote
from portal.ledger.policy import BadPolicy
from portal.ledger.publisher import AnotherPublisher, NoSpace, Publisher
from portal.settings import Settings
from portal.transaction import current_session

SCRUB_HOURS = 48

ledger = AppGroup("ledger", help="The transparency log.")


def _settings() -> Settings:
    found: Settings = current_app.config["SETTINGS"]
    return found


@ledger.command("publish")
def publish() -> None:
    """Give positions to what waits, sign and hand out the checkpoint, once. The worker does this all the time.

    The witnesses are asked before, because one may know that there was more, and after, to cosign.
    """
    try:
        publisher = Publisher.of(_settings())
        gathering.once(_settings())
        count = publisher.publish_pending()
        publisher.close()
        gathering.once(_settings())
    except BadPolicy as error:
        raise click.ClickException(str(error)) from error
    except AnotherPublisher as error:
        raise click.ClickException("A publisher is at work already: it will publish what waits.") from error
    except (RefusedToSign, BadNote, handed_out.GoneBack, AgentFailed) as error:
        raise click.ClickException(
            f"Nothing was signed: {error}. See docs/ledger.md, 'When it refuses to sign'."
        ) from error
    except NoSpace as error:
        raise click.ClickException(f"The disk of {error} is nearly full: make room, then try again.") from error
    click.echo(f"Published: {count}.")


@ledger.command("verify")
def verify() -> None:
    """Recompute the whole log from its entries; exit 1 unless head, tiles and every checkpoint agree with them."""
    settings = _settings()
    try:
        ring = LogKeys.of(settings).ring()
        last = handed_out.read(handed_out.path_of(settings), ring.open)
    except BadNote as error:
        raise click.ClickException(str(error)) from error
    session = current_session()
    report = audit(session, ring=ring, handed_out=last)
    for finding in report.findings:
        click.echo(f"{finding.code}: {finding.where}", err=True)
    for fault in faults.all_of_them(session):
        click.echo(f"Known fault: {fault.kind}, position {fault.position}, {fault.reference or '-'}", err=True)
    click.echo(
        f"Entries: {report.size}; checkpoints: {report.checkpoints}; {'sound' if report.sound else 'NOT SOUND'}."
    )
    if not report.sound:
        sys.exit(1)


@ledger.command("status")
def status() -> None:
    """How the log stands, and what the last scrub found; exit 1 where somebody should look."""
    session, at, troubles = current_session(), clock.now(), []
    head, waiting = storage.head(session), storage.waiting(session)
    click.echo(
        f"Entries: {head.size}; published: {head.published}; in the lists: {head.listed}; "
        f"faults: {len(faults.all_of_them(session))}."
    )
    if waiting.acts:
        click.echo(f"Waiting: {waiting.acts}, the oldest since {waiting.since:%Y-%m-%d %H:%M:%S} UTC.")
    if waiting.since is not None and (at - waiting.since).total_seconds() > 60:
        troubles.append("acts have waited for more than a minute: see the worker's log")
    unlisted = storage.unlisted_since(session)
    if unlisted is not None and (at - unlisted).total_seconds() > 60:
        troubles.append("entries are signed and in no list for more than a minute: see the worker's log")
    last = scrubbing.last(_settings())
    if last is None:
        click.echo("Never scrubbed: the worker does it at 01:10, or `ledger scrub` now.")
    else:
        click.echo(f"Scrubbed: {last.at:%Y-%m-%d %H:%M} UTC, {last.size} entries in {last.seconds} s.")
        troubles += [f"scrub: {finding}" for finding in last.findings]
        if (at - last.at).total_seconds() > SCRUB_HOURS * 3600:
            troubles.append(f"the last scrub is more than {SCRUB_HOURS} hours old")
    troubles += _of_witnesses(session, at)
    for trouble in troubles:
        click.echo(trouble, err=True)
    click.echo("NOT WELL." if troubles else "Well.")
    sys.exit(1 if troubles else 0)


def _of_witnesses(session: Session, at: datetime) -> list[str]:
    since = quorum.operators_missing(session, at=at)
    halt = halted.reason(halted.beside(handed_out.path_of(_settings())))
    missing = (
        [] if since is None else [f"the witnesses are missing since {since:%Y-%m-%d %H:%M} UTC: `ledger witnesses`"]
    )
    return missing if halt is None else [*missing, f"halted: {halt}"]


@ledger.command("scrub")
def scrub() -> None:
    """Verify the whole log as the worker does every night, and remember the result for `status`."""
    try:
        found = scrubbing.scrub(current_session(), _settings(), at=clock.now(), rest=lambda: None)
    except BadNote as error:
        raise click.ClickException(str(error)) from error
    for finding in found.findings:
        click.echo(finding, err=True)
    click.echo(f"Entries: {found.size}; checkpoints: {found.checkpoints}; {'sound' if found.sound else 'NOT SOUND'}.")
    sys.exit(0 if found.sound else 1)
