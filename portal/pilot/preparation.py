"""Brings an instance up to date before it serves: schema, units, procedures, officers, keys. Safe to repeat.

`python -m portal.pilot.preparation`: the same commands an operator would type one by one, in one process. With `--demo`
also what demo people have among themselves.
"""

import sys
import time
from pathlib import Path

import click
import yaml
from flask import Flask

from portal import clock, create_app
from portal.pilot import demo_mandates, identity_people
from portal.settings import Settings
from portal.signatures import demo_authority
from portal.transaction import unit_of_work

PEOPLE = Path(__file__).with_name("people.yaml")

COMMANDS: tuple[tuple[str, ...], ...] = (
    ("db", "upgrade"),
    ("units", "load"),
    ("procedures", "load", "--keep-published"),
    ("processes", "load", "--keep-published"),
    ("result-templates", "load", "--keep-published"),
    ("synonyms", "load"),
    ("people", "import", str(PEOPLE)),
)


AGENCY = "Ủy ban nhân dân tỉnh Bà Rịa – Vũng Tàu"


def make_demo_authority(settings: Settings) -> None:
    """Certificates for the agency and the demo officers, once; where the operator names a roll of their own, none."""
    if settings.signers is not None:
        return
    listed = yaml.safe_load(PEOPLE.read_text(encoding="utf-8"))["officers"]
    officers = {officer["subject"]: officer["name"] for officer in listed}
    demo_authority.make(settings.signing, agency=AGENCY, officers=officers, at=clock.now())


def main() -> None:
    settings = Settings()
    make_demo_authority(settings)
    app = create_app(settings)
    for command in COMMANDS:
        started = time.monotonic()
        try:
            with app.app_context():
                app.cli.main(command, prog_name="flask", standalone_mode=False)
        except click.ClickException as refusal:
            refusal.show()
            sys.exit(1)
        print(f"{' '.join(command)}: {time.monotonic() - started:.2f} s", flush=True)
    if "--demo" in sys.argv:
        _give_mandates(app)


def _give_mandates(app: Flask) -> None:
    settings: Settings = app.config["SETTINGS"]
    with app.app_context(), unit_of_work() as session:
        most_days = settings.mandate_longest_days
        given = demo_mandates.give(session, identity_people.demo_mandates(), most_days=most_days, at=clock.now())
    print(f"demo mandates: {given} given", flush=True)


if __name__ == "__main__":
    main()
