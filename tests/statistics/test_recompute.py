"""Anybody's figures: from a folder or an address, with the standard library alone."""

import csv
import html
import io
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from portal.ledger import tiles
from portal.ledger.note import to_base64
from portal.ledger.tiles import WIDTH, Tile
from portal.ledger.tree import leaf_hash, root_of
from portal.settings import ROOT
from portal.statistics import figures
from tests.design.conftest import serving
from tests.statistics import small
from tests.statistics.logs import Story, local, told
from tests.statistics.stored import tell

BLOCKED = ("flask", "sqlalchemy", "psycopg", "werkzeug", "jinja2", "cryptography", "pydantic", "click")
ALONE = f"""
import runpy, sys
for name in {BLOCKED!r}:
    sys.modules[name] = None
sys.argv = ["recompute", *sys.argv[1:]]
runpy.run_module("portal.statistics.recompute", run_name="__main__")
"""


def write(folder: Path, entries: list[bytes]) -> Path:
    """The log as files: checkpoint (signed by nobody, which is not asked here) and bundles."""
    root = to_base64(root_of(map(leaf_hash, entries)))
    (folder / "checkpoint").write_text(f"example.org/log\n{len(entries)}\n{root}\n\n")
    for number in range((len(entries) + WIDTH - 1) // WIDTH):
        part = entries[number * WIDTH : (number + 1) * WIDTH]
        file = folder / "tile" / tiles.render(Tile(None, number, len(part)))
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(tiles.render_bundle(part))
    return folder


def run(place: str, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", ALONE, place, *options],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )


def lines(done: subprocess.CompletedProcess[str]) -> dict[tuple[str, str], dict[str, str]]:
    assert done.returncode == 0, done.stderr
    return {(row["unit"], row["procedure"]): row for row in csv.DictReader(io.StringIO(done.stdout))}


JUNE = ("--from", "2020-06-01", "--to", "2020-06-30", "--today", "2020-07-10")


def test_a_folder_gives_what_was_counted_by_hand(tmp_path: Path) -> None:
    found = lines(run(str(write(tmp_path, small.entries())), *JUNE))
    ward = found[small.WARD, ""]
    assert [int(ward[name]) for name in figures.NAMES] == list(figures.cells(small.JUNE_WARD))
    assert set(found) == {("", ""), (small.WARD, ""), (small.OTHER, ""), ("", "1.001193"), ("", "1.000894")}


def test_an_address_gives_the_same(app: Flask, session: Session, tmp_path: Path) -> None:
    tell(app, session, small.stories().values())
    with serving(app) as address:
        from_portal, from_ledger = run(address, *JUNE), run(f"{address}/ledger/", *JUNE)
    from_folder = run(str(write(tmp_path, told(small.stories().values()))), *JUNE)
    assert lines(from_portal) == lines(from_ledger) == lines(from_folder)


def test_several_bundles_are_read(tmp_path: Path) -> None:
    stories = [Story(number, "2020-06-15 08:00") for number in range(600)]
    found = lines(run(str(write(tmp_path, told(stories))), *JUNE))
    assert found["", ""]["filed"] == "600"


def test_a_page_is_counted_again_as_it_was(app: Flask, session: Session, client: FlaskClient, tmp_path: Path) -> None:
    """The command on the page, as it stands there, after the log has grown."""
    tell(app, session, list(small.stories().values())[:10])
    with time_machine.travel(local("2020-06-25 10:00"), tick=False):
        page = client.get("/ledger/statistics?period=2020-06").text
        shown = client.get("/ledger/statistics.json?period=2020-06").json
    assert shown is not None
    (command,) = re.findall(r"python -m portal\.statistics\.recompute (http[^<]+)</code>", page)
    tell(app, session, list(small.stories().values())[10:])
    with serving(app) as address:
        found = lines(run(address, *shlex.split(html.unescape(command))[1:]))
    assert {name: int(found["", ""][name]) for name in figures.NAMES} == {
        name: shown["total"][name] for name in figures.NAMES
    }


def test_an_empty_log_has_figures_of_nothing(tmp_path: Path) -> None:
    assert lines(run(str(write(tmp_path, [])), *JUNE))["", ""]["filed"] == "0"


@pytest.mark.parametrize("wrong", ["changed", "short", "checkpoint", "entry"])
def test_entries_that_are_not_the_checkpoints_are_not_sound(tmp_path: Path, wrong: str) -> None:
    entries = told(small.stories().values())
    folder = write(tmp_path, [*entries[:-1], b"{}"] if wrong == "entry" else entries)
    bundle = folder / "tile" / tiles.render(Tile(None, 0, len(entries)))
    if wrong == "changed":
        bundle.write_bytes(bundle.read_bytes().replace(b'"online"', b'"onlinf"', 1))
    elif wrong == "short":
        bundle.write_bytes(bundle.read_bytes()[:-1])
    elif wrong == "checkpoint":
        (folder / "checkpoint").write_text("nothing")
    done = run(str(folder), *JUNE)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("Not sound:")


def test_what_cannot_be_read_is_told_apart(tmp_path: Path) -> None:
    done = run(str(tmp_path / "nowhere"))
    assert done.returncode == 2
    assert done.stderr.startswith("Could not be read:")
