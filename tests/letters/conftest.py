"""Where letters go in tests: a folder, or a real SMTP server."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from portal.letters import delivery
from portal.settings import Settings
from tests.letters.mail_server import Server, mail_server


@pytest.fixture
def outbox(app: Flask, settings: Settings, tmp_path: Path) -> Iterator[Path]:
    """Deliver into a folder of this test's own."""
    delivery.configure(settings.model_copy(update={"instance": tmp_path}))
    yield tmp_path / "outbox"
    delivery.configure(settings)


@pytest.fixture
def by_smtp(app: Flask, settings: Settings) -> Iterator[Settings]:
    """The settings to change and configure with; put back afterwards."""
    yield settings.model_copy(update={"smtp_host": "127.0.0.1", "smtp_tls": "none"})
    delivery.configure(settings)


@pytest.fixture
def server(by_smtp: Settings) -> Iterator[Server]:
    with mail_server() as running:
        delivery.configure(by_smtp.model_copy(update={"smtp_port": running.port}))
        yield running
