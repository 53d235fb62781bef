"""`flask --app wsgi letters ...`: letters to people."""

from collections import Counter

import click
from flask.cli import AppGroup

from portal.letters import delivery, queries
from portal.letters.delivery import Outcome
from portal.transaction import current_session

letters = AppGroup("letters", help="Letters to people.")


@letters.command("deliver")
def deliver() -> None:
    """Try once to deliver every letter that waits; exit status 1 where some still wait."""
    outcomes: Counter[Outcome] = Counter()
    after = 0
    while found := queries.waiting(current_session(), after=after):
        for letter_id in found:
            outcomes[delivery.attempt(letter_id)] += 1
        after = found[-1]
    still = outcomes[Outcome.WAITS] + outcomes[Outcome.BUSY]
    click.echo(f"Letters: {outcomes[Outcome.SENT]} sent, {still} waiting, {outcomes[Outcome.GIVEN_UP]} given up.")
    if still:
        raise SystemExit(1)
