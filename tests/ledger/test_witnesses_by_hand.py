"""What docs/witnesses.md tells people to type: run as it stands there; and the operator's command, and the worker."""

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from portal.ledger import cosignature, halted, handed_out, keys, log, note, policy, quorum
from portal.ledger.cosignature import Cosigner, Witness
from portal.ledger.note import parse_signer
from portal.settings import ROOT, Settings
from tests.ledger.chains import Chain, reference
from tests.ledger.missing import asked_for, missing_for
from tests.ledger.stored import scalar, wait_until
from tests.ledger.test_worker import handed_out_size, worker
from tests.ledger.witnesses import Running, SmallLog, post, started

PAGE = (ROOT / "docs" / "witnesses.md").read_text()
DEAD = Cosigner("witness.example/dead", bytes(32)).witness


def blocks(kind: str) -> list[str]:
    return re.findall(rf"```{kind}\n(.*?)```", PAGE, re.DOTALL)


@pytest.fixture
def own(app: Flask, tmp_path: Path) -> Settings:
    """The test's database with an instance folder of its own."""
    settings: Settings = app.config["SETTINGS"]
    return settings.model_copy(update={"instance": tmp_path / "instance"})


def with_policy(settings: Settings, quorum_line: str, *lines: tuple[str, Witness, str]) -> Settings:
    """The page's policy, filled in: its comments and `log` line stay, its witnesses are these."""
    (page,) = blocks("policy")
    log_key = keys.log_key(settings).verifier.vkey
    head = page.split("# who is asked")[0].replace("<key of the ledger>", log_key)
    witnesses = "".join(f"witness {name} {key.vkey} {address}\n" for name, key, address in lines)
    file = settings.instance / "witnesses.policy"
    file.write_text(head + witnesses + quorum_line)
    return settings.model_copy(update={"ledger_policy": file})


def standing(session: Session) -> quorum.Standing:
    session.rollback()
    return quorum.standing(session)


# --- The page ----------------------------------------------------------------------------------------------------


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


@contextmanager
def typed(command: str, folder: Path, **variables: str) -> Iterator[tuple[str, Path]]:
    """The command in a shell, as long as it lasts; `python3` is this one. Its first line, and where its files are."""
    bin_folder, checkout = folder / "bin", folder / "checkout"
    bin_folder.mkdir()
    checkout.mkdir()
    (checkout / "portal").symlink_to(ROOT / "portal")
    (bin_folder / "python3").write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    (bin_folder / "python3").chmod(0o755)
    path = f"{bin_folder}:{os.environ['PATH']}"
    with (folder / "err").open("w") as errors:
        process = subprocess.Popen(
            ["/bin/sh", "-c", f"exec {command}"],
            cwd=checkout,
            env={"PATH": path, **variables},
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
    try:
        assert process.stdout is not None
        yield process.stdout.readline(), folder
    finally:
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


def test_a_witness_is_started_and_asked_as_the_page_says(tmp_path: Path) -> None:
    run, look, _ask = blocks("sh")
    port = free_port()
    signer = parse_signer("PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz")
    with typed(run.replace("8090", str(port)), tmp_path, LEDGER_KEY=signer.verifier.vkey) as (first_line, folder):
        key = cosignature.parse_witness(first_line.removeprefix("Public key: ").strip())
        assert key.name == "witness.example.org/hai-dang"
        look = look.replace("8090", str(port))
        path = {"PATH": f"{folder / 'bin'}:{os.environ['PATH']}"}
        wait_until(
            lambda: subprocess.run(look, shell=True, env=path, capture_output=True, check=False).returncode == 0,
            seconds=60,
        )
        seen = subprocess.run(look, shell=True, env=path, capture_output=True, text=True, check=True).stdout
        assert key.vkey in seen
        small = SmallLog(signer)
        answer = post(f"http://127.0.0.1:{port}/add-checkpoint", small.request(0, 9))
        assert key.time_of(small.text(9), cosigned_value(answer.body)) is not None
        assert (folder / "witness-state" / "state").read_text().count("\n") == 2


def cosigned_value(body: bytes) -> bytes:
    (line,) = note.parse_signatures(body.decode())
    return line.value


def test_the_policy_of_the_page_is_one() -> None:
    (page,) = blocks("policy")
    lines = iter(["log", "university", "newspaper", "province"])
    filled = re.sub(r"<[^>]*>", lambda _: fake_key(next(lines)), page)
    found = policy.parse(filled)
    assert [one.name for one in found.witnesses] == ["university", "newspaper", "province"]
    assert found.reached({"university", "province"})
    assert not found.reached({"newspaper"})


def fake_key(name: str) -> str:
    if name == "log":
        return "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    return Cosigner(f"{name}.example", name.encode().ljust(32)).witness.vkey


# --- The operator's command --------------------------------------------------------------------------------------


def typed_by_operator(app: Flask, settings: Settings, command: str = "witnesses") -> tuple[int, str]:
    before = app.config["SETTINGS"]
    app.config["SETTINGS"] = settings
    try:
        done = app.test_cli_runner().invoke(args=["ledger", command])
    finally:
        app.config["SETTINGS"] = before
    return done.exit_code, done.output


def test_the_operator_sees_where_each_witness_stands(
    app: Flask, session: Session, own: Settings, tmp_path: Path
) -> None:
    log_key = keys.log_key(own).verifier
    with started(tmp_path / "honest", log_key) as honest:
        with worker(own):
            Chain(session).receive()
            wait_until(lambda: has_published(session, own, 2))
        asked = with_policy(own, "quorum a\n", ("a", honest.key, honest.address), ("b", DEAD, "http://127.0.0.1:1"))
        code, output = typed_by_operator(app, asked)
        assert code == 0, output
        assert "cosigned 2 entries" in output
        assert "b (http://127.0.0.1:1): has not cosigned yet" in output
        assert "Published: 2; cosigned by 1; the quorum is there." in output
        asked = with_policy(own, "quorum b\n", ("a", honest.key, honest.address), ("b", DEAD, "http://127.0.0.1:1"))
        code, output = typed_by_operator(app, asked)
        assert (code, "the quorum is NOT there" in output) == (1, True)


def test_what_is_published_by_hand_is_cosigned_and_not_signed_where_a_witness_knows_more(
    app: Flask, session: Session, own: Settings, tmp_path: Path
) -> None:
    signer = keys.log_key(own)
    with started(tmp_path / "honest", signer.verifier) as honest, started(tmp_path / "ahead", signer.verifier) as ahead:
        assert show_more(ahead, own)
        asked = with_policy(own, "quorum a\n", ("a", honest.key, honest.address))
        Chain(session)
        code, output = typed_by_operator(app, asked, "publish")
        assert (code, "Published: 1." in output) == (0, True)
        assert standing(session) == quorum.Standing(1, None)
        asked = with_policy(own, "quorum b\n", ("b", ahead.key, ahead.address))
        Chain(session, reference(2))
        code, output = typed_by_operator(app, asked, "publish")
        assert (code, "Nothing was signed" in output, "the witness b says" in output) == (1, True, True)
        assert handed_out_size(own) == 1
        code, output = typed_by_operator(app, asked, "status")
        assert (code, "halted:" in output) == (1, True)


def test_status_says_that_witnesses_are_missing(app: Flask, session: Session, tmp_path: Path) -> None:
    missing_for(session, timedelta(minutes=11))
    with asked_for(app, tmp_path) as wanted:
        code, output = typed_by_operator(app, wanted, "status")
    assert (code, "the witnesses are missing since" in output) == (1, True)


def test_without_a_policy_the_command_says_what_to_do(app: Flask, tmp_path: Path) -> None:
    settings: Settings = app.config["SETTINGS"]
    code, output = typed_by_operator(app, settings)
    assert (code, "PORTAL_LEDGER_POLICY" in output) == (1, True)
    with asked_for(app, tmp_path) as wanted:
        (tmp_path / "witnesses.policy").write_text("nonsense\n")
        assert typed_by_operator(app, wanted)[0] == 1


def has_published(session: Session, settings: Settings, size: int) -> bool:
    """Handed out, and noted in the database, which comes a moment later: a worker may be ended between the two."""
    noted = scalar(session, "select published from ledger_head")
    session.rollback()
    return handed_out_size(settings) == size and noted == size


# --- The worker --------------------------------------------------------------------------------------------------


def paces(session: Session, settings: Settings, first: int) -> list[float]:
    """How long each of five acts took to be in a checkpoint that was handed out."""
    taken = []
    for number in range(first, first + 5):
        begun = time.monotonic()
        Chain(session, reference(number))
        wait_until(lambda: handed_out_size(settings) == number + 1, seconds=60)  # noqa: B023
        taken.append(time.monotonic() - begun)
    return sorted(taken)


def test_the_worker_has_the_log_cosigned_at_the_pace_of_always(session: Session, own: Settings, tmp_path: Path) -> None:
    """One witness honest, one dead, one silent: publication is as fast as without any."""
    log_key = keys.log_key(own).verifier
    with worker(own):
        wait_until(lambda: handed_out_size(own) == 0, seconds=60)
        alone = paces(session, own, 0)
    with started(tmp_path / "honest", log_key) as honest, socket.create_server(("127.0.0.1", 0)) as silent:
        mute = f"http://127.0.0.1:{silent.getsockname()[1]}"
        other = Cosigner("witness.example/mute", bytes([1]) * 32).witness
        lines = ("a", honest.key, honest.address), ("b", DEAD, "http://127.0.0.1:1"), ("c", other, mute)
        asked = with_policy(own, "group g 1 a b c\nquorum g\n", *lines)
        with worker(asked) as process:
            wait_until(lambda: standing(session).witnessed == 5, seconds=60)
            watched = paces(session, own, 5)
            wait_until(lambda: standing(session) == quorum.Standing(10, None), seconds=60)
            process.terminate()
            assert process.wait(20) == 0
    assert watched[2] < alone[2] + 2.5, (alone, watched)  # waiting for the silent one would cost 5 s
    head = log.head(session)
    assert head is not None
    wanted = quorum.read_policy(asked)
    assert wanted is not None
    assert wanted.check(head.note).checkpoint.size == 10
    assert "Traceback" not in (own.instance / "worker.log").read_text()


def test_a_restored_backup_is_noticed_by_the_witness_before_anything_is_signed(
    session: Session, own: Settings, tmp_path: Path
) -> None:
    """Database and file were both set back; only the witness knows that there was more."""
    log_signer = keys.log_key(own)
    with worker(own):
        Chain(session).receive()
        wait_until(lambda: has_published(session, own, 2))
    with started(tmp_path / "honest", log_signer.verifier) as honest:
        assert show_more(honest, own)
        asked = with_policy(own, "quorum a\n", ("a", honest.key, honest.address))
        before = handed_out.path_of(own).read_bytes()
        Chain(session, reference(2))
        with worker(asked) as process:
            wait_until(lambda: "ledger_refused_to_sign" in (own.instance / "worker.log").read_text(), seconds=60)
            assert process.poll() is None
    assert handed_out.path_of(own).read_bytes() == before
    assert "9 entries" in str(halted.reason(halted.beside(handed_out.path_of(own))))
    assert scalar(session, "select count(*) from ledger_outbox") == 1


def show_more(witness: Running, settings: Settings) -> bool:
    signer = keys.log_key(settings)
    return witness.post(SmallLog(signer).request(0, 9)).status == 200  # type: ignore[arg-type]
