"""`flask --app wsgi ledger ...`: the log's keys, and the file that remembers its last checkpoint. docs/keys.md."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import click
from flask import current_app

from portal import clock
from portal.commandline.ledger import ledger
from portal.ledger import handed_out, note
from portal.ledger.agent import AgentFailed, render_public_key
from portal.ledger.entry import BadEntry
from portal.ledger.handed_out import GoneBack
from portal.ledger.keys import LogKeys, published_keys
from portal.ledger.note import BadNote
from portal.settings import Settings

__all__ = ["ledger"]

DAYS = 30


def _settings() -> Settings:
    found: Settings = current_app.config["SETTINGS"]
    return found


@contextmanager
def _refusals() -> Iterator[None]:
    """What the log refuses, as a sentence instead of a traceback."""
    try:
        yield
    except (BadNote, BadEntry, AgentFailed, GoneBack) as error:
        raise click.ClickException(str(error)) from error


@ledger.command("vkey")
def vkey() -> None:
    """Print the public key that checkpoints are verified with; makes the key on first use."""
    with _refusals():
        click.echo(published_keys(_settings())[-1].vkey)


@ledger.command("keys")
@click.option("--ssh", is_flag=True, help="As lines of OpenSSH, for `ssh-add -L` to be compared with.")
def keys(ssh: bool) -> None:
    """Print every key the log ever had, the oldest first, and from when until when it signs."""
    at = clock.now()
    with _refusals():
        for key in published_keys(_settings()):
            shown = render_public_key(note.parse_vkey(key.vkey).public_key) if ssh else key.vkey
            signs = "signs" if key.signs_at(at) else "ended"
            click.echo(f"{shown} {signs}, from {_shown(key.since)} until {_shown(key.until)}")


@ledger.command("rotate")
@click.option("--days", type=click.IntRange(1, 3650), default=DAYS, show_default=True, help="How long both keys sign.")
@click.option("--agent", type=click.Path(path_type=str), help="Socket of the SSH agent that holds the new key.")
@click.option("--public-key", help="The agent's key: its line as `ssh-add -L` shows it.")
@click.option("--compromised", is_flag=True, help="The present keys end now; PORTAL_LEDGER_ORIGIN is a new name.")
def rotate(days: int, agent: str | None, public_key: str | None, compromised: bool) -> None:
    """Begin with a new key: made here in a file, or held by an agent. The publisher announces it by an entry."""
    settings = _settings()
    if (agent is None) != (public_key is None):
        raise click.UsageError("--agent and --public-key belong together.")
    with _refusals():
        log_keys = LogKeys.of(settings)
        _check_origin(log_keys.stored().newest.verifier.name, settings.ledger_origin, compromised)
        if agent is not None and public_key is not None:
            verifier, place = log_keys.key_of_agent(agent, public_key)
        else:
            verifier, place = log_keys.make_key()
        overlap = timedelta(0) if compromised else timedelta(days=days)
        begun = log_keys.rotate(verifier, place, at=clock.now(), overlap=overlap)
    click.echo(f"From now on: {begun.verifier.vkey} ({begun.place})")
    click.echo("The keys before it have ended." if compromised else f"The key before it signs too for {days} days.")
    click.echo("Publish the new key where the old one is published. docs/keys.md, 'Rotation day'.")


def _check_origin(name: str, origin: str, compromised: bool) -> None:
    if compromised and name == origin:
        raise click.ClickException(
            "After a compromise the log goes on under a new name: set PORTAL_LEDGER_ORIGIN to it for every process, "
            "then try again. See docs/keys.md, 'Compromise day'."
        )
    if not compromised and name != origin:
        raise click.ClickException(f"The keys are those of {name!r}, and PORTAL_LEDGER_ORIGIN is {origin!r}.")


@ledger.command("remember")
@click.argument("checkpoint", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def remember(checkpoint: Path) -> None:
    """Put back the file of the last checkpoint handed out, from a copy that somebody outside kept."""
    settings = _settings()
    with _refusals():
        ring = LogKeys.of(settings).ring()
        data = checkpoint.read_bytes()
        handed_out.write(handed_out.path_of(settings), data, ring.open)
        found = ring.open(data)
    click.echo(f"Remembered: {found.size} entries. The publisher goes on only with a tree that continues it.")


def _shown(at: datetime | None) -> str:
    return "-" if at is None else f"{at:%Y-%m-%d %H:%M:%S} UTC"
