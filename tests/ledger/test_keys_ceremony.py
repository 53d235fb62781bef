"""First day, rotation day, compromise day, as docs/keys.md tells them: by its commands, with a real agent."""

import re
import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from pydantic import ValidationError
from sqlalchemy import text
from sqlalchemy.orm import Session

from portal import clock
from portal.ledger import handed_out, key_entry, keyring, keys, note, storage
from portal.ledger.keyring import LogKey, Ring
from portal.ledger.keys import LogKeys
from portal.ledger.publisher import Publisher
from portal.settings import ROOT, Settings
from portal.transaction import unit_of_work
from tests.ledger.agents import Agent, ssh_agent
from tests.ledger.chains import Chain, reference
from tests.ledger.stored import scalar, stored_entries, with_triggers_off

Run = Callable[..., Result]


@pytest.fixture
def own(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """An installation of its own over the test's database."""
    settings: Settings = app.config["SETTINGS"]
    return use(app, monkeypatch, settings.model_copy(update={"instance": tmp_path / "instance"}))


def use(app: Flask, monkeypatch: pytest.MonkeyPatch, settings: Settings) -> Settings:
    monkeypatch.setitem(app.config, "SETTINGS", settings)
    return settings


@pytest.fixture
def run(app: Flask, own: Settings) -> Run:
    """Run a command of the log."""

    def invoke(*arguments: str, status: int = 0) -> Result:
        result = app.test_cli_runner().invoke(args=["ledger", *arguments])
        assert result.exit_code == status, result.output
        return result

    return invoke


@pytest.fixture
def agent() -> Iterator[Agent]:
    with ssh_agent() as started:
        yield started


def signed_by(session: Session, size: int) -> set[str]:
    """The ids of the keys whose lines the checkpoint of this size bears."""
    session.rollback()
    data = storage.checkpoint_note(session, size)
    assert data is not None
    return {line.key_id.hex() for line in note.parse(data).signatures}


def ids(settings: Settings) -> list[str]:
    return [key.key_id for key in keys.published_keys(settings)]


def end_now(settings: Settings) -> None:
    """Let the overlap be over, as an operator does whose old key is broken."""
    file = settings.keys / keys.LIST
    old, new = keyring.parse(file.read_text()).keys
    assert new.since is not None
    ended = Ring((LogKey(old.verifier, None, new.since, old.place), new))
    file.write_text(ended.render())


def test_the_first_day_of_a_pilot_needs_nothing(session: Session, own: Settings, run: Run) -> None:
    vkey = run("vkey").stdout.strip()
    (key,) = keys.published_keys(own)
    assert (key.vkey, key.since, key.until) == (vkey, None, None)
    assert f"{vkey} signs, from - until -" in run("keys").stdout
    assert run("keys", "--ssh").stdout.startswith("ssh-ed25519 AAAA")
    run("publish")
    assert signed_by(session, 0) == {key.key_id}


def test_a_log_of_before_the_list_gets_one(own: Settings) -> None:
    made = keys.log_key(own)
    (own.keys / keys.LIST).unlink()
    assert keys.log_key(own).verifier == made.verifier
    assert (own.keys / keys.LIST).exists()


def test_showing_the_keys_looks_at_no_private_half(own: Settings) -> None:
    shown = keys.published_keys(own)
    (own.keys / keys.FILE).unlink()
    assert keys.published_keys(own) == shown


def test_the_first_day_with_an_agent(
    app: Flask, session: Session, own: Settings, run: Run, agent: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = agent.add()
    changes = {"ledger_signer": f"agent:{agent.socket}", "ledger_public_key": line}
    settings = use(app, monkeypatch, own.model_copy(update=changes))
    Chain(session)
    assert run("publish").stdout == "Published: 1.\n"
    assert line.startswith(run("keys", "--ssh").stdout.split(" signs")[0])
    run("verify")
    assert [path.name for path in settings.keys.iterdir()] == [keys.LIST]
    agent.forget()
    Chain(session, reference(2))
    assert "Nothing was signed: the agent" in run("publish", status=1).output
    assert scalar(session, "select count(*) from ledger_outbox") == 1


def test_another_key_in_the_settings_is_no_rotation(own: Settings, agent: Agent) -> None:
    assert ids(own)
    other = own.model_copy(update={"ledger_signer": f"agent:{agent.socket}", "ledger_public_key": agent.add()})
    with pytest.raises(note.BadNote, match="ledger rotate"):
        keys.log_key(other)


def test_an_agent_is_named_with_its_key(own: Settings) -> None:
    for wrong, why in (("agent:/run/sock", "PORTAL_LEDGER_PUBLIC_KEY"), ("hsm", "ledger_signer")):
        with pytest.raises(ValidationError, match=why):
            Settings.model_validate({"database_url": own.database_url, "ledger_signer": wrong})


def test_rotation_day(session: Session, own: Settings, run: Run, agent: Agent) -> None:
    """While a publisher lives: it needs no restart, announces the new key, signs with both, then with the new one."""
    publisher = Publisher.of(own)
    Chain(session)
    publisher.publish_pending()
    (old,) = ids(own)
    run("rotate", "--days", "60", "--agent", str(agent.socket), "--public-key", agent.add())
    Chain(session, reference(2))
    assert publisher.publish_pending() == 2
    old, new = ids(own)
    assert [signed_by(session, size) for size in (1, 3)] == [{old}, {old, new}]
    (announced,) = [key_entry.parse(data) for data in stored_entries(session) if key_entry.is_key(data)]
    assert (announced.replaces.key_id.hex(), announced.key.key_id.hex(), announced.size) == (old, new, 1)
    assert announced.until - announced.at == timedelta(days=60)
    run("verify")
    assert run("keys").stdout.count(" signs, ") == 2
    end_now(own)
    (own.keys / keys.FILE).unlink()
    Chain(session, reference(3))
    assert publisher.publish_pending() == 1
    assert signed_by(session, 4) == {new}
    publisher.close()
    run("verify")
    assert run("keys").stdout.count(" ended, ") == 1
    assert scalar(session, "select count(*) from ledger_dossier") == 3


def test_a_key_that_does_not_sign_changes_nothing(own: Settings, run: Run, agent: Agent) -> None:
    before = ids(own)
    line = agent.add()
    agent.forget()
    run("rotate", "--agent", str(agent.socket), "--public-key", line, status=1)
    run("rotate", "--agent", str(agent.socket), "--public-key", "ssh-rsa AAAA", status=1)
    run("rotate", "--agent", str(agent.socket), status=2)
    assert ids(own) == before


def test_rotating_twice_ends_the_second_key_too(session: Session, own: Settings, run: Run) -> None:
    run("publish")
    run("rotate")
    with_later_beginning = keyring.parse((own.keys / keys.LIST).read_text())
    since = with_later_beginning.newest.since
    assert since is not None
    LogKeys.of(own).rotate(*LogKeys.of(own).make_key(), at=since + timedelta(seconds=1), overlap=timedelta(days=1))
    assert run("publish").stdout == "Published: 2.\n"
    assert signed_by(session, 2) >= set(ids(own)[:2])
    run("verify")


def test_a_key_is_announced_once_and_by_nobody_else(session: Session, own: Settings, run: Run) -> None:
    run("publish")
    run("rotate")
    at = clock.now().replace(microsecond=0)
    forged = key_entry.KeyChange(
        at, note.KeySigner(own.ledger_origin, bytes(32)).verifier, keys.log_key(own).verifier, 0, bytes(32), at
    )
    with unit_of_work(session):
        session.execute(
            text("insert into ledger_outbox (at, entry) values (:at, :entry)"),
            {"at": at, "entry": key_entry.render(forged)},
        )
    run("publish")
    run("publish")
    assert [key_entry.is_key(data) for data in stored_entries(session)] == [True]
    assert scalar(session, "select count(*) from ledger_fault where kind = 'unreadable'") == 1
    run("verify")


def test_a_key_that_the_log_does_not_speak_of_is_found(session: Session, own: Settings, run: Run) -> None:
    run("publish")
    run("rotate")
    assert "key_not_announced" in run("verify", status=1).output
    run("publish")
    run("verify")
    with_triggers_off(session, "update ledger_entry set entry = overlay(entry placing '1' from 8) where position = 0")
    assert "key_entry: position 0" in run("verify", status=1).output


def test_a_checkpoint_by_a_key_that_had_ended_is_found(session: Session, own: Settings, run: Run) -> None:
    run("publish")
    old = keys.log_key(own)
    run("rotate")
    run("publish")
    end_now(own)
    forged = note.sign(note.parse(handed_out.path_of(own).read_bytes()).text, [old]).encode()
    session.execute(text("alter table ledger_checkpoint disable trigger all"))
    session.execute(
        text("update ledger_checkpoint set note = :note, at = at + interval '1 hour' where size = 1"), {"note": forged}
    )
    session.commit()
    assert "checkpoint_signature: size 1" in run("verify", status=1).output


def test_compromise_day(app: Flask, session: Session, own: Settings, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    Chain(session).receive()
    run("publish")
    assert "set PORTAL_LEDGER_ORIGIN" in run("rotate", "--compromised", status=1).output
    thief = keys.log_key(own)
    new = use(app, monkeypatch, own.model_copy(update={"ledger_origin": "hai-dang.pilot/second"}))
    assert "keeps its origin" in run("publish", status=1).output
    run("rotate", status=1)
    run("rotate", "--compromised")
    Chain(session, reference(2))
    assert run("publish").stdout == "Published: 2.\n"
    run("verify")
    assert run("vkey").stdout.startswith("hai-dang.pilot/second+")
    session.rollback()
    last = note.open_checkpoint(storage.newest_checkpoint(session) or b"", keys.log_key(new).verifier)
    assert (last.origin, last.size) == ("hai-dang.pilot/second", 4)
    (announced,) = [key_entry.parse(data) for data in stored_entries(session) if key_entry.is_key(data)]
    before = storage.signed_checkpoints(session)[-2]
    assert (announced.size, announced.root) == (before.size, before.root)
    with pytest.raises(note.BadNote):
        LogKeys.of(new).ring().open(
            note.sign(note.Checkpoint(own.ledger_origin, 9, bytes(32)).render(), [thief]).encode(),
            at=clock.now() + timedelta(seconds=1),
        )
    assert scalar(session, "select count(*) from ledger_fault") == 0


def test_the_lost_file_is_put_back_from_outside(session: Session, own: Settings, run: Run, tmp_path: Path) -> None:
    Chain(session)
    run("publish")
    copy = tmp_path / "from-a-newspaper"
    shutil.copy(handed_out.path_of(own), copy)
    handed_out.path_of(own).unlink()
    assert "the file that remembers" in run("publish", status=1).output
    assert "handed_out_missing" in run("verify", status=1).output
    copy.with_name("nonsense").write_text("nonsense")
    run("remember", str(copy.with_name("nonsense")), status=1)
    run("remember", str(copy))
    run("publish")
    run("verify")


def test_the_document_names_no_command_that_is_not_run_here() -> None:
    page = (ROOT / "docs" / "keys.md").read_text(encoding="utf-8")
    named = set(re.findall(r"\bledger (publish|verify|vkey|keys|rotate|remember|status|scrub)\b", page))
    assert named
    source = Path(__file__).read_text(encoding="utf-8") + (Path(__file__).parent / "test_scrubbing.py").read_text()
    assert all(f'run("{name}"' in source for name in named), named
