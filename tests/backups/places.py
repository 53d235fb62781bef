"""A second installation for a backup to be put into: the same keys, an empty database, processes of its own."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy.orm import Session

from portal import clock
from portal.backups import making
from portal.dossiers import commands
from portal.extensions import db
from portal.people.queries import Officer, Person
from portal.pilot.postgres import USER, EmbeddedPostgres
from portal.settings import ROOT, Settings
from tests import filing

NAME, REASON = "Trần Thị Sao Lưu", "Thiếu giấy tờ của bà Trần Thị Sao Lưu"


@dataclass(frozen=True)
class Place:
    """`run` types a command of the portal there."""

    instance: Path
    database_url: str

    def run(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", "flask", "--app", "wsgi", *arguments],
            cwd=ROOT,
            env={
                "PATH": os.environ["PATH"],
                "INSTANCE": str(self.instance),
                "DATABASE_URL": self.database_url,
                "PORTAL_BASE_URL": "http://localhost",
            },
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )


def empty(
    postgres: EmbeddedPostgres, settings: Settings, folder: Path, *, name: str = "portal_elsewhere", owner: str = USER
) -> Place:
    with psycopg.connect(postgres.url(), autocommit=True) as connection:
        connection.execute(f"drop database if exists {name} with (force)")
        connection.execute(f"create database {name} owner {owner} template template0")
    shutil.copytree(settings.keys, folder / "keys")
    return Place(folder, postgres.url(name).replace(f"//{USER}@", f"//{owner}@"))


def contents(url: str) -> dict[str, str]:
    """Of each table a digest of all its rows."""
    tables = "select tablename from pg_tables where schemaname = 'public'"
    rows = "select md5(coalesce(string_agg(t::text, chr(10) order by t::text), '')) from {} t"
    with psycopg.connect(url) as connection:
        names = [str(name) for (name,) in connection.execute(tables).fetchall()]
        found = {name: connection.execute(sql.SQL(rows).format(sql.Identifier(name))).fetchone() for name in names}
    return {name: str(digest) for name, digest in found.items()}


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def declined(session: Session, person: Person, receiver: Officer) -> str:
    reference = filing.file_dossier(session, person)
    filing.act(session, commands.decline, reference, receiver, reason=REASON)
    return reference


def backed_up(here: Settings, folder: Path) -> Path:
    return making.make(db.engine, here, folder, at=clock.now()).backup


def told(place: Place, *arguments: str, status: int = 0) -> str:
    done = place.run(*arguments)
    assert done.returncode == status, done.stdout + done.stderr
    return done.stdout + done.stderr
