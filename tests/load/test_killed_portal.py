"""Web, worker and PostgreSQL are killed while people file: what `script/nightly` does 200 times, made small."""

import re
import subprocess
import sys
from collections import Counter
from email.message import EmailMessage
from uuid import UUID, uuid4

import pytest

from bench import losses
from bench.clicking import Filed
from portal.settings import ROOT

NUMBERS = [f"H06.31.01-200615-{n:04d}" for n in range(1, 5)]
TOLD: dict[UUID, str] = {uuid4(): number for number in NUMBERS}


def letter(key: str, *, repeat: bool = False) -> EmailMessage:
    message = EmailMessage()
    message["Message-ID"] = f"<{key}@example.test>"
    if repeat:
        message["X-Repeat-Of"] = message["Message-ID"]
    return message


def test_nothing_is_lost_or_doubled_though_everything_is_killed_twice() -> None:
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "-m", "bench.killing", "--submissions", "40", "--kills", "8"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=500,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "killed: 8 (page 2, web 2, worker 2, database 2)" in done.stdout
    assert re.search(r"^filed: 40 in ", done.stdout, re.MULTILINE)
    assert "WRONG" not in done.stdout


def test_every_night_all_of_it_runs_before_the_long_log() -> None:
    lines = (ROOT / "script" / "nightly").read_text(encoding="utf-8").splitlines()
    assert lines[-2] == ".venv/bin/python -X utf8 -m bench.killing"


def test_what_people_were_told_and_what_is_there_agree() -> None:
    filed = Filed(references=dict(TOLD), answers=Counter({"303": 5, "503": 9, "ConnectionResetError": 2}))
    assert list(losses.of_dossiers(filed, TOLD, TOLD)) == []


@pytest.mark.parametrize(
    ("wrong", "told", "there"),
    [
        ("was told and is None", TOLD, dict(list(TOLD.items())[:3])),
        ("was filed and nobody was told", dict(list(TOLD.items())[:3]), TOLD),
        ("was never told a reference", dict(list(TOLD.items())[:3]), TOLD),
        ("are not 1 to 3", dict(list(TOLD.items())[1:]), dict(list(TOLD.items())[1:])),
        ("are not 1 to 4", dict.fromkeys(TOLD, NUMBERS[0]), dict.fromkeys(TOLD, NUMBERS[0])),
    ],
)
def test_what_is_lost_or_left_out_is_found(wrong: str, told: dict[UUID, str], there: dict[UUID, str]) -> None:
    assert any(wrong in line for line in losses.of_dossiers(Filed(references=told), TOLD, there))


@pytest.mark.parametrize("answer", ["500", "303 elsewhere", "403"])
def test_a_page_with_no_way_on_is_found(answer: str) -> None:
    filed = Filed(references=dict(TOLD), answers=Counter({answer: 2}))
    assert list(losses.of_dossiers(filed, TOLD, TOLD)) == [f"an answer {answer}, 2 times"]


def test_a_second_click_that_led_elsewhere_is_found() -> None:
    filed = Filed(references=dict(TOLD), otherwise=[f"{NUMBERS[0]}, then {NUMBERS[1]}"])
    assert "led elsewhere" in next(losses.of_dossiers(filed, TOLD, TOLD))


def test_what_is_missing_in_the_log_or_there_twice_is_found() -> None:
    assert list(losses.of_copies(NUMBERS, ledger=NUMBERS, lists=NUMBERS)) == []
    found = set(losses.of_copies(NUMBERS[:3], ledger=[*NUMBERS[:2], NUMBERS[0], NUMBERS[3]]))
    assert found == {f"ledger: {NUMBERS[0]} 2 times", f"ledger: {NUMBERS[2]} 0 times", f"ledger: {NUMBERS[3]} 1 times"}


def test_letters_may_come_once_more_where_they_say_so() -> None:
    once = [letter("a"), letter("b")]
    assert list(losses.of_letters([*once, letter("a", repeat=True)], number=2)) == []
    for wrong in ([letter("a")], [*once, letter("a")], [*once, *[letter("b", repeat=True)] * 2]):
        assert list(losses.of_letters(wrong, number=2))
