"""Brings an instance up to date before it serves: schema, units, procedures, officers, keys. Safe to repeat.

`python -m portal.pilot.preparation`: the same commands an operator would type one by one, in one process.
"""

import sys
import time
from pathlib import Path

import click

from portal import create_app

PEOPLE = Path(__file__).with_name("people.yaml")

COMMANDS: tuple[tuple[str, ...], ...] = (
    ("db", "upgrade"),
    ("units", "load"),
    ("procedures", "load"),
    ("synonyms", "load"),
    ("people", "import", str(PEOPLE)),
)


def main() -> None:
    app = create_app()
    for command in COMMANDS:
        started = time.monotonic()
        try:
            with app.app_context():
                app.cli.main(command, prog_name="flask", standalone_mode=False)
        except click.ClickException as refusal:
            refusal.show()
            sys.exit(1)
        print(f"{' '.join(command)}: {time.monotonic() - started:.2f} s", flush=True)


if __name__ == "__main__":
    main()
