"""Letters from the act's transaction to the mail server or the outbox folder."""

import ssl
import stat
import threading
from pathlib import Path

import pytest
from flask import Flask
from pydantic import SecretStr
from sqlalchemy import text
from sqlalchemy.orm import Session

from portal import sealing
from portal.letters import commands, delivery
from portal.letters.delivery import Outcome
from portal.settings import Settings
from portal.transaction import unit_of_work
from tests.letters.mail_server import Server, mail_server, make_certificate
from tests.letters.writing import ADDRESS, AT, BODY, SUBJECT, content, read, state, write


def test_a_letter_and_its_job_are_written_with_the_act_or_not_at_all(session: Session) -> None:
    with pytest.raises(ZeroDivisionError), unit_of_work() as work:
        commands.enqueue(work, key="a", to=ADDRESS, subject=SUBJECT, body=BODY, at=AT)
        raise ZeroDivisionError
    assert session.execute(text("select count(*) from letter")).scalar() == 0
    assert session.execute(text("select count(*) from procrastinate_jobs")).scalar() == 0


def test_the_same_key_writes_one_letter_and_one_job(session: Session) -> None:
    assert write() == write()
    assert session.execute(text("select count(*) from letter")).scalar() == 1
    jobs = session.execute(text("select task_name, args from procrastinate_jobs")).all()
    assert [tuple(job) for job in jobs] == [("letters.deliver", {"letter_id": write()})]


def test_address_and_words_rest_sealed(session: Session) -> None:
    letter_id = write()
    row = session.execute(text("select * from letter where id = :id"), {"id": letter_id}).one()
    job = session.execute(text("select * from procrastinate_jobs")).one()
    at_rest = repr(tuple(row)).encode() + repr(tuple(job)).encode()
    for plain in (ADDRESS, SUBJECT, BODY, "Nguyễn", "example.test"):
        assert plain.encode() not in at_rest
        assert repr(plain.encode())[2:-1].encode() not in at_rest
    assert sealing.unseal(row.recipient).decode() == ADDRESS


# The outbox folder.


def test_without_a_server_letters_are_files(session: Session, outbox: Path) -> None:
    letter_id = write()
    assert delivery.attempt(letter_id) is Outcome.SENT
    (path,) = outbox.iterdir()
    message = read(path)
    assert (message["To"], message["Subject"], content(message)) == (ADDRESS, SUBJECT, BODY)
    assert message["Message-ID"] == f"<{path.stem}@hai-dang.invalid>"
    assert message["Date"].datetime == AT
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(outbox.stat().st_mode) == 0o700
    assert state(session, letter_id) == (1, 0, None, True, False)


def test_delivering_again_does_nothing(session: Session, outbox: Path) -> None:
    letter_id = write()
    assert delivery.attempt(letter_id) is Outcome.SENT
    (path,) = outbox.iterdir()
    before = path.stat()
    assert delivery.attempt(letter_id) is Outcome.ENDED_BEFORE
    assert [found.stat() for found in outbox.iterdir()] == [before]
    assert state(session, letter_id)[0] == 1


def test_a_folder_that_cannot_be_written_keeps_the_letter(session: Session, outbox: Path) -> None:
    letter_id = write()
    outbox.write_text("a file where the folder should be")
    assert delivery.attempt(letter_id) is Outcome.WAITS
    assert state(session, letter_id) == (1, 1, "folder_not_writable", False, False)
    outbox.unlink()
    assert delivery.attempt(letter_id) is Outcome.SENT


def test_a_process_killed_after_writing_the_file_leaves_one_letter(session: Session, outbox: Path) -> None:
    letter_id = write()
    with unit_of_work() as work:
        attempt = commands.begin_attempt(work, letter_id, exact=True, at=AT)
    assert attempt is not None
    for _time in range(3):  # killed before the outcome was written, again and again
        with unit_of_work() as work:
            commands.begin_attempt(work, letter_id, exact=True, at=AT)
    assert delivery.attempt(letter_id) is Outcome.SENT
    (path,) = outbox.iterdir()
    assert read(path)["X-Repeat-Of"] is None


def test_two_processes_at_one_letter_write_it_once(app: Flask, session: Session, outbox: Path) -> None:
    letter_id = write()
    with delivery.alone_at(letter_id) as alone:
        assert alone
        found: list[Outcome] = []

        def other() -> None:
            with app.app_context():
                found.append(delivery.attempt(letter_id))

        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
    assert found == [Outcome.BUSY]
    assert not outbox.exists()
    assert state(session, letter_id)[0] == 0
    assert delivery.attempt(letter_id) is Outcome.SENT


# A mail server.


def test_a_letter_goes_by_smtp(session: Session, server: Server) -> None:
    letter_id = write()
    assert delivery.attempt(letter_id) is Outcome.SENT
    (envelope,), (message,) = server.post.envelopes, server.post.messages()
    assert (envelope.mail_from, envelope.rcpt_tos) == ("khong-tra-loi@hai-dang.invalid", [ADDRESS])
    assert (message["To"], message["Subject"], content(message)) == (ADDRESS, SUBJECT, BODY)
    assert state(session, letter_id) == (1, 0, None, True, False)


def test_a_busy_server_keeps_the_letter_waiting_and_the_next_attempt_is_no_repeat(
    session: Session, server: Server
) -> None:
    letter_id = write()
    server.post.answers_to_recipient = ["450 later"]
    server.post.answers_to_data = ["451 later"]
    assert delivery.attempt(letter_id) is Outcome.WAITS
    assert delivery.attempt(letter_id) is Outcome.WAITS
    assert state(session, letter_id) == (2, 2, "smtp_451", False, False)
    assert delivery.attempt(letter_id) is Outcome.SENT
    assert [message["X-Repeat-Of"] for message in server.post.messages()] == [None]


@pytest.mark.parametrize("answers", ["answers_to_recipient", "answers_to_data"])
def test_a_letter_that_will_never_be_taken_is_given_up(session: Session, server: Server, answers: str) -> None:
    letter_id = write()
    setattr(server.post, answers, ["550 no such person"])
    assert delivery.attempt(letter_id) is Outcome.GIVEN_UP
    assert delivery.attempt(letter_id) is Outcome.ENDED_BEFORE
    assert server.post.envelopes == []
    assert state(session, letter_id) == (1, 1, "smtp_550", False, True)


def test_an_unknown_end_is_repeated_once_marked_and_never_a_third_time(session: Session, server: Server) -> None:
    letter_id = write()
    server.post.hang_up_after_data = 2
    assert delivery.attempt(letter_id) is Outcome.WAITS
    assert delivery.attempt(letter_id) is Outcome.WAITS
    assert delivery.attempt(letter_id) is Outcome.ENDED_BEFORE
    first, again = server.post.messages()
    assert first["X-Repeat-Of"] is None
    assert again["X-Repeat-Of"] == again["Message-ID"] == first["Message-ID"]
    assert state(session, letter_id) == (2, 0, "uncertain", False, True)


def test_no_server_at_all_keeps_the_letter(session: Session, by_smtp: Settings) -> None:
    with mail_server() as gone:
        port = gone.port
    delivery.configure(by_smtp.model_copy(update={"smtp_port": port}))
    letter_id = write()
    assert delivery.attempt(letter_id) is Outcome.WAITS
    assert state(session, letter_id) == (1, 1, "no_connection", False, False)


@pytest.fixture
def certificate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """A server certificate that this process trusts."""
    trusted, context = make_certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    return context


def test_starttls_with_sign_in(session: Session, by_smtp: Settings, certificate: ssl.SSLContext) -> None:
    letter_id = write()
    with mail_server(starttls=certificate, login=("portal", "secret")) as running:
        changes = {"smtp_port": running.port, "smtp_tls": "starttls", "smtp_user": "portal"}
        for wrong, reason in (("guess", "smtp_535"), ("bí mật", "sign_in_not_ascii")):
            delivery.configure(by_smtp.model_copy(update={**changes, "smtp_password": SecretStr(wrong)}))
            assert delivery.attempt(letter_id) is Outcome.WAITS
            assert state(session, letter_id)[2] == reason
        delivery.configure(by_smtp.model_copy(update={**changes, "smtp_password": SecretStr("secret")}))
        assert delivery.attempt(letter_id) is Outcome.SENT
        assert len(running.post.messages()) == 1


def test_tls_from_the_first_byte(session: Session, by_smtp: Settings, certificate: ssl.SSLContext) -> None:
    with mail_server(tls=certificate) as running:
        delivery.configure(by_smtp.model_copy(update={"smtp_port": running.port, "smtp_tls": "tls"}))
        assert delivery.attempt(write()) is Outcome.SENT
        assert len(running.post.messages()) == 1


def test_a_server_that_cannot_prove_itself_gets_nothing(
    session: Session, by_smtp: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _trusted, context = make_certificate(tmp_path)
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    letter_id = write()
    for tls in ("tls", "starttls"):
        server = mail_server(tls=context) if tls == "tls" else mail_server(starttls=context)
        with server as running:
            delivery.configure(by_smtp.model_copy(update={"smtp_port": running.port, "smtp_tls": tls}))
            assert delivery.attempt(letter_id) is Outcome.WAITS
            assert running.post.envelopes == []
    assert state(session, letter_id) == (2, 2, "tls_failed", False, False)


def test_a_server_without_starttls_gets_nothing(session: Session, by_smtp: Settings) -> None:
    letter_id = write()
    with mail_server() as running:
        delivery.configure(by_smtp.model_copy(update={"smtp_port": running.port, "smtp_tls": "starttls"}))
        assert delivery.attempt(letter_id) is Outcome.WAITS
        assert running.post.envelopes == []
    assert state(session, letter_id)[1:3] == (1, "no_connection")


# Job and command.
