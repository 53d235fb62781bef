"""A pilot's backup, put back where nothing was started yet."""

import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

from flask import Flask
from sqlalchemy.orm import Session

from portal import clock
from portal.backups import making
from portal.extensions import db
from portal.pilot.postgres import EmbeddedPostgres
from portal.settings import ROOT, Settings
from tests import filing
from tests.publishing import publish_now
from tests.signing_in import make_citizen


def test_a_restore_starts_the_database_of_a_new_instance_and_ends_it_again(
    app: Flask, session: Session, tmp_path: Path
) -> None:
    settings: Settings = app.config["SETTINGS"]
    filing.file_dossier(session, make_citizen(session))
    publish_now(app)
    backup = making.make(db.engine, settings, tmp_path / "backups", at=clock.now()).backup
    shutil.copytree(settings.keys, tmp_path / "new" / "keys")
    place = EmbeddedPostgres(tmp_path / "new" / "postgres").socket
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    with socket.socket(socket.AF_UNIX) as left:  # by one that was killed
        left.bind(str(place / ".s.PGSQL.5432"))
    for command, said in ((["restore", str(backup)], "Put back: 1 dossiers"), (["ledger", "verify"], "not running")):
        done = subprocess.run(
            [sys.executable, "-X", "utf8", "-m", "portal.pilot.command", *command],
            cwd=ROOT,
            env={"PATH": os.environ["PATH"], "INSTANCE": str(tmp_path / "new")},
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert said in done.stdout + done.stderr
    assert not list((tmp_path / "new" / "postgres").glob(".s.PGSQL.*"))
