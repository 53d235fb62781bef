"""The commands that docs/verifying.md and the page /ledger/verify give, copied and pasted, against a running portal."""

import html
import os
import re
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from portal.ledger.verify.findings import NOT_SOUND, SOUND
from portal.settings import ROOT
from tests.browser.outsider import Outsider
from tests.browser.visitor import Visitor
from tests.ledger.chains import Chain
from tests.ledger.stored import wait_until
from tests.live import LiveServer

DOCUMENT = (ROOT / "docs" / "verifying.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```sh\n(.*?)^```", DOCUMENT, re.DOTALL | re.MULTILINE)
TO_RUN = [commands for commands in BLOCKS if "--promise" not in commands]
(PROMISE,) = (commands for commands in BLOCKS if "--promise" in commands)
(GO_PROGRAM,) = re.findall(r"^```go\n(.*?)^```", DOCUMENT, re.DOTALL | re.MULTILINE)
RECEIPT_KEY = re.compile(r"[a-z][a-z0-9./-]+ledger/receipt\+[0-9a-f]{8}\+[A-Za-z0-9+/]{44}(?=[<\s'\"])")
GO = next(commands for commands in TO_RUN if "go run" in commands)


@pytest.fixture
def key(live_server: LiveServer) -> Iterator[str]:
    """The public key of a log with something in it, which the portal's own worker has published."""
    engine = create_engine(live_server.settings.sqlalchemy_url)
    with Session(engine) as session:
        before = _published(session)
        number = before + 1000
        Chain(session, f"H06.31.01-200614-{number:04d}").receive().resolve()
        wait_until(lambda: _published(session) >= before + 3, seconds=60)
    engine.dispose()
    page = _page(live_server)
    (found,) = set(re.findall(r"[a-z][a-z0-9./-]+ledger\+[0-9a-f]{8}\+[A-Za-z0-9+/]{44}(?=[<\s'\"])", page))
    yield found


def _published(session: Session) -> int:
    session.rollback()
    return int(session.execute(text("select published from ledger_head")).scalar_one())


def _page(server: LiveServer) -> str:
    with urllib.request.urlopen(f"{server.url}/ledger/verify", timeout=30) as answer:
        return html.unescape(answer.read().decode())


def pasted(
    commands: str, folder: Path, *, portal: str, key: str, receipt_key: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run in a shell, in a folder of one's own, by this Python; it fails as soon as one of the commands does."""
    environment = {
        "PATH": f"{Path(sys.executable).parent}:{os.defpath}:/usr/local/bin",
        "PYTHONPATH": str(ROOT),
        "PORTAL": portal,
        "KEY": key,
        "RECEIPT_KEY": receipt_key,
        "HOME": str(folder),
    }
    return subprocess.run(
        ["bash", "-ec", commands], cwd=folder, env=environment, capture_output=True, text=True, timeout=300, check=False
    )


def test_every_command_of_the_document_against_a_running_portal(
    live_server: LiveServer, key: str, tmp_path: Path
) -> None:
    assert len(TO_RUN) == 5
    (tmp_path / "audit.go").write_text(GO_PROGRAM)
    for commands in TO_RUN:
        done = pasted(commands, tmp_path, portal=live_server.url, key=key)
        assert done.returncode == SOUND, f"{commands}\n{done.stdout}\n{done.stderr}"
        assert "ound" in done.stdout
    assert (tmp_path / "kept.checkpoint").read_bytes().count(b"\n") >= 5


def test_they_do_not_say_sound_with_another_key(live_server: LiveServer, key: str, tmp_path: Path) -> None:
    name, _, _ = key.split("+", 2)
    other = f"{name}+{'0' * 8}+{key.rpartition('+')[2]}"
    for commands in TO_RUN[:2]:
        done = pasted(commands, tmp_path, portal=live_server.url, key=other)
        assert done.returncode != SOUND
        assert "Sound" not in done.stdout


def test_the_promise_on_a_receipt_that_was_just_given(live_server: LiveServer, key: str, tmp_path: Path) -> None:
    """Filed and downloaded as its owner does it, asked after with the key that the page gives."""
    visitor = Visitor(live_server.url)
    visitor.sign_in("demo-citizen-an")
    reference = visitor.submit(visitor.ready_draft())
    (tmp_path / "receipt.json").write_bytes(
        visitor.http.get(f"{live_server.url}/dossiers/{reference}/receipt.json", timeout=30).content
    )
    Outsider(live_server.url).acts_of(reference, last="filed")
    promising = RECEIPT_KEY.search(_page(live_server))
    assert promising, "the page names no key that promises"
    done = pasted(PROMISE, tmp_path, portal=live_server.url, key=key, receipt_key=promising[0])
    assert done.returncode == SOUND, f"{done.stdout}\n{done.stderr}"
    assert "Promise kept: the leaf" in done.stdout
    assert (tmp_path / "evidence" / "checkpoint").is_file()


def test_the_commands_of_the_page(live_server: LiveServer, key: str, tmp_path: Path) -> None:
    """What it says about installing is left out: everything is installed here, and nothing is fetched."""
    blocks = re.findall(r"<pre[^>]*>(.*?)</pre>", _page(live_server), re.DOTALL)
    whole_log = [block for block in blocks if "check.py" in block or "portal.ledger.verify" in block]
    commands = [block for block in whole_log if "--proof" not in block]  # tests/ledger/test_proof_pages.py runs that
    assert commands
    for block in commands:
        lines = [line for line in block.splitlines() if "pip install" not in line and "git clone" not in line]
        done = pasted("\n".join(lines), tmp_path, portal="", key="")
        assert done.returncode == SOUND, f"{lines}\n{done.stdout}\n{done.stderr}"
        assert "ound" in done.stdout


def test_the_page_of_python_and_the_audit_agree_on_a_changed_entry(
    live_server: LiveServer, key: str, tmp_path: Path
) -> None:
    """An older checkpoint that this log never signed: the audit tells, by the same key."""
    with urllib.request.urlopen(f"{live_server.url}/ledger/checkpoint", timeout=30) as answer:
        data = answer.read()
    (tmp_path / "kept.checkpoint").write_bytes(data.replace(b"\n", b"0\n", 2).replace(b"0\n", b"\n", 1))
    done = pasted(
        'python3 -m portal.ledger.verify "$PORTAL" --vkey "$KEY" --since kept.checkpoint',
        tmp_path,
        portal=live_server.url,
        key=key,
    )
    assert done.returncode not in (SOUND, NOT_SOUND)
    assert "is not a checkpoint to go by" in done.stderr
