"""Who delivers letters: jobs, a worker, a process that is killed, a command."""

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.letters import delivery, queries
from portal.letters.delivery import Outcome
from portal.settings import Settings
from tests.letters.mail_server import Server, mail_server
from tests.letters.writing import SUBJECT, read, state, write


def test_the_job_asks_to_be_run_again_while_the_letter_waits(session: Session, outbox: Path) -> None:
    letter_id = write()
    outbox.write_text("a file where the folder should be")
    with pytest.raises(delivery.TryAgain):
        delivery.deliver(letter_id=letter_id)
    outbox.unlink()
    delivery.deliver(letter_id=letter_id)
    assert state(session, letter_id)[3]


def test_a_worker_delivers_what_was_enqueued(app: Flask, settings: Settings, session: Session) -> None:
    """A process of its own takes the job from the queue."""
    write()
    program = textwrap.dedent(
        """
        import procrastinate
        from portal import create_app, jobs
        app = create_app()
        connector = procrastinate.PsycopgConnector(conninfo=app.config["SETTINGS"].database_url)
        with jobs.tasks.replace_connector(connector) as tasks:
            tasks.run_worker(wait=False, install_signal_handlers=False)
        """
    )
    environment = {**os.environ, "DATABASE_URL": settings.database_url, "INSTANCE": str(settings.instance)}
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    messages = [read(path) for path in settings.outbox.glob("*.eml")]
    assert SUBJECT in [message["Subject"] for message in messages]
    done_jobs = text("select status::text from procrastinate_jobs where task_name = 'letters.deliver'")
    assert session.scalars(done_jobs).all() == ["succeeded"]


def test_a_delivering_process_that_is_killed_frees_the_letter(
    app: Flask, settings: Settings, session: Session, by_smtp: Settings
) -> None:
    """SIGKILL while the server holds the connection: the lock goes with the process, the letter is repeated once."""
    letter_id = write()
    with mail_server() as running:
        running.post.seconds_to_answer = 30
        program = (
            "from portal import create_app\nfrom portal.letters import delivery\n"
            f"with create_app().app_context(): delivery.attempt({letter_id})"
        )
        environment = {
            **os.environ,
            "DATABASE_URL": settings.database_url,
            "INSTANCE": str(settings.instance),
            "PORTAL_SMTP_HOST": "127.0.0.1",
            "PORTAL_SMTP_PORT": str(running.port),
            "PORTAL_SMTP_TLS": "none",
        }
        process = subprocess.Popen([sys.executable, "-c", program], env=environment)
        try:
            assert running.post.got_one.wait(90)
            delivery.configure(by_smtp.model_copy(update={"smtp_port": running.port}))
            assert delivery.attempt(letter_id) is Outcome.BUSY
        finally:
            process.send_signal(signal.SIGKILL)
            process.wait()
        running.post.seconds_to_answer = 0
        _until_free(session, letter_id)
        assert delivery.attempt(letter_id) is Outcome.SENT
        first, again = running.post.messages()
        assert (first["X-Repeat-Of"], again["X-Repeat-Of"]) == (None, first["Message-ID"])


def _until_free(session: Session, letter_id: int) -> None:
    """Wait until the server noticed that the killed process is gone."""
    for _try in range(1200):
        with delivery.alone_at(letter_id) as alone:
            if alone:
                return
        session.execute(text("select pg_sleep(0.05)"))
        session.rollback()
    pytest.fail("the lock outlived its process")


def test_the_command_delivers_all_that_waits(app: Flask, session: Session, server: Server) -> None:
    run = app.test_cli_runner().invoke
    for number in range(3):
        write(f"letter {number}")
    write("to nobody", to="nobody@example.test")
    server.post.answers_to_recipient = ["450 later", "550 never"]
    first = run(args=["letters", "deliver"])
    assert (first.exit_code, first.stdout) == (1, "Letters: 2 sent, 1 waiting, 1 given up.\n")
    again = run(args=["letters", "deliver"])
    assert (again.exit_code, again.stdout) == (0, "Letters: 1 sent, 0 waiting, 0 given up.\n")
    assert queries.waiting(session) == ()
    assert len(server.post.messages()) == 3
