"""PostgreSQL's programs are found, fit the server, and show nobody a password."""

from pathlib import Path

import psycopg
import pytest

from portal.backups import programs
from portal.backups.faults import NotDone
from portal.pilot.postgres import EmbeddedPostgres


def program(folder: Path, version: str) -> Path:
    folder.mkdir()
    made = folder / "pg_dump"
    made.write_text(f"#!/bin/sh\necho '{version}'\n")
    made.chmod(0o755)
    return made


def test_the_servers_own_version_is_taken_else_the_next_one(tmp_path: Path) -> None:
    made = {major: program(tmp_path / str(major), f"pg_dump (PostgreSQL) {major}.4 (Debian)") for major in (15, 17, 18)}
    broken = program(tmp_path / "broken", "no version")
    folders = [one.parent for one in (*made.values(), broken)]
    found = [programs.fitting("pg_dump", server=major, folders=folders) for major in (15, 16, 17)]
    assert found == [made[15], made[17], made[17]]
    with pytest.raises(NotDone, match="postgresql-client-19"):
        programs.fitting("pg_dump", server=19, folders=folders)


def test_the_embedded_server_has_programs_of_its_own(postgres: EmbeddedPostgres) -> None:
    with psycopg.connect(postgres.url()) as connection:
        major = connection.info.server_version // 10000
    for name in ("pg_dump", "pg_restore"):
        assert programs.fitting(name, server=major).name == name


def test_an_address_goes_by_the_environment_with_every_part_of_it() -> None:
    url = "postgresql://m%E1%BA%ABu:b%40%2F%20d@db.example:5433/hai_dang?sslmode=verify-full&connect_timeout=5"
    found = programs.environment(url)
    assert {name: value for name, value in found.items() if name.startswith("PG")} == {
        "PGUSER": "mẫu",
        "PGPASSWORD": "b@/ d",
        "PGHOST": "db.example",
        "PGPORT": "5433",
        "PGDATABASE": "hai_dang",
        "PGSSLMODE": "verify-full",
        "PGCONNECT_TIMEOUT": "5",
        "PGAPPNAME": "hai-dang-backup",
    }
    assert programs.environment(url.replace("postgresql:", "postgresql+psycopg:")) == found


def test_what_the_address_leaves_open_comes_from_where_the_portals_own_connections_have_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PGHOST", "elsewhere.example")
    monkeypatch.setenv("PGPASSWORD", "b@/ d")
    monkeypatch.setenv("PGAPPNAME", "portal")
    found = programs.environment("postgresql://mau@db.example/hai_dang")
    named = {name: found[name] for name in ("PGUSER", "PGHOST", "PGPASSWORD", "PGDATABASE", "PGAPPNAME")}
    assert list(named.values()) == ["mau", "db.example", "b@/ d", "hai_dang", "hai-dang-backup"]
