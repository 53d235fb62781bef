"""The embedded PostgreSQL: what the wheel's own launcher got wrong, and what an interrupted start leaves behind."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from portal.pilot.postgres import CannotStart, EmbeddedPostgres
from portal.settings import ROOT

FAST = {"fsync": "off", "shared_buffers": "8MB", "max_connections": "10"}


@pytest.fixture
def server(tmp_path: Path) -> Iterator[EmbeddedPostgres]:
    server = EmbeddedPostgres(tmp_path / "Thư mục có dấu" / "postgres", options=FAST)
    yield server
    server.stop()


def test_it_keeps_data_over_a_restart(server: EmbeddedPostgres) -> None:
    server.start()
    server.create_database("portal")
    server.create_database("portal")
    _run(server, "create table kept as select 'Đã giữ' as words")
    server.stop()
    server.start()
    assert _run(server, "select words from kept") == "Đã giữ"


def test_nobody_else_can_enter_its_folder_and_nothing_above_it_is_opened(server: EmbeddedPostgres) -> None:
    server.folder.parent.mkdir(mode=0o700)
    server.start()
    assert server.folder.stat().st_mode & 0o777 == 0o700
    assert server.folder.parent.stat().st_mode & 0o777 == 0o700
    assert _run(server, "show listen_addresses") == ""


def test_it_ends_when_its_parent_is_killed(tmp_path: Path) -> None:
    folder = tmp_path / "postgres"
    parent = subprocess.Popen(
        [sys.executable, "-m", "portal.pilot.postgres", str(folder)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout is not None
    assert parent.stdout.readline().startswith("postgresql://")
    child = int((folder / "data" / "postmaster.pid").read_text().splitlines()[0])
    parent.kill()
    parent.communicate()
    assert _gone(child)


def test_a_start_right_after_a_killed_parent_waits_for_the_predecessor(server: EmbeddedPostgres) -> None:
    server.folder.parent.mkdir()
    parent = subprocess.Popen(
        [sys.executable, "-m", "portal.pilot.postgres", str(server.folder)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout is not None
    assert parent.stdout.readline().startswith("postgresql://")
    parent.kill()
    server.start()
    parent.communicate()
    assert _run(server, "select 1") == 1


def test_a_half_made_cluster_is_made_anew(server: EmbeddedPostgres) -> None:
    unfinished = server.folder / "data.unfinished"
    unfinished.mkdir(parents=True)
    (unfinished / "PG_VERSION").write_text("18\n")
    server.start()
    assert _run(server, "select 1") == 1
    assert not unfinished.exists()


def test_data_of_another_version_are_refused_with_both_versions_named(server: EmbeddedPostgres) -> None:
    server.data.mkdir(parents=True)
    (server.data / "PG_VERSION").write_text("15\n")
    with pytest.raises(CannotStart, match=r"PostgreSQL 15; installed is \d+"):
        server.start()


def test_a_broken_configuration_is_told_with_the_end_of_the_log(tmp_path: Path) -> None:
    server = EmbeddedPostgres(tmp_path / "postgres", options={**FAST, "shared_buffers": "no number"})
    with pytest.raises(CannotStart, match="shared_buffers"):
        server.start()


def test_a_path_too_long_for_a_socket_gets_a_short_private_folder(tmp_path: Path) -> None:
    long = tmp_path / ("dài" * 20) / "postgres"
    server = EmbeddedPostgres(long, options=FAST)
    server.start()
    try:
        assert not server.socket.is_relative_to(tmp_path)
        assert server.socket.stat().st_mode & 0o777 == 0o700
        assert EmbeddedPostgres(long).url() == server.url(), "another process finds the same address"
        assert _run(server, "select 1") == 1
    finally:
        server.stop()
    assert not server.socket.exists()


def test_a_link_put_where_the_short_folder_would_be_is_refused(tmp_path: Path) -> None:
    server = EmbeddedPostgres(tmp_path / ("dài" * 20) / "postgres", options=FAST)
    server.socket.symlink_to(tmp_path)
    try:
        with pytest.raises(CannotStart, match="is not ours"):
            server.start()
    finally:
        server.socket.unlink()


@pytest.mark.parametrize("mode", [0o755, 0o700], ids=["a folder others may enter", "a folder closed to others"])
def test_it_never_runs_as_root_itself(mode: int) -> None:
    with tempfile.TemporaryDirectory() as parent:
        Path(parent).chmod(mode)
        server = EmbeddedPostgres(Path(parent) / "postgres", options=FAST)
        server.start()
        try:
            assert server.process is not None
            process = Path(f"/proc/{server.process.pid}")
            mapped_away = (process / "uid_map").read_text().split()[:2] == ["1000", "0"]
            assert process.stat().st_uid != 0 or mapped_away
            assert _run(server, "select 1") == 1
        finally:
            server.stop()


def _run(server: EmbeddedPostgres, statement: str) -> object:
    with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
        cursor = connection.execute(statement)
        row = cursor.fetchone() if cursor.description else None
        return row[0] if row else None


def _gone(number: int) -> bool:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            os.kill(number, 0)
        except ProcessLookupError:
            return True
        if "zombie" in Path(f"/proc/{number}/status").read_text():
            return True
        time.sleep(0.05)
    os.kill(number, signal.SIGQUIT)
    return False
