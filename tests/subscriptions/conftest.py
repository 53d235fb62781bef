"""Readers of letters, and a ledger in which something happens."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import clock
from portal.dossiers import commands
from portal.letters.models import Letter
from portal.people.queries import Officer
from portal.subscription_words import LetterWords
from portal.subscriptions.telling import Teller
from tests import filing
from tests.publishing import publish_now
from tests.signing_in import make_citizen

LINK = re.compile(r"https?://\S+/ledger/subscriptions/[A-Za-z0-9_-]+")
READER = "doc-gia@vidu.vn"


@dataclass
class Ledger:
    """Dossiers that are filed, received and published, and the letters that follow."""

    app: Flask
    session: Session
    teller: Teller

    def filed(self, **wishes: object) -> str:
        reference = filing.file_dossier(self.session, make_citizen(self.session), **wishes)
        publish_now(self.app)
        return reference

    def received(self, reference: str) -> None:
        filing.act(self.session, commands.receive, reference, self.officer(reference))
        publish_now(self.app)

    def officer(self, reference: str) -> Officer:
        return filing.officer_of(self.session, reference.rpartition("-")[0].rpartition("-")[0], "receiver")

    def tell(self, *, at: datetime | None = None) -> list[Letter]:
        """Everything told by now; the letters to the reader, oldest first, the question not counted."""
        self.teller.catch_up(at=at or clock.now())
        return [letter for letter in self.letters() if letter.key.count("-") == 2]

    def letters(self, to: str = READER) -> list[Letter]:
        self.session.rollback()
        return [row for row in self.session.scalars(select(Letter).order_by(Letter.id)) if row.recipient == to]


@pytest.fixture
def ledger(app: Flask, session: Session) -> Iterator[Ledger]:
    settings = app.config["SETTINGS"]
    teller = Teller.of(settings, words=LetterWords(app, settings.base_url))
    yield Ledger(app, session, teller)
    teller.close()


def ask(client: FlaskClient, query: str, address: str = READER) -> int:
    """Ask for letters; the status of the answer."""
    return client.post(f"/ledger/subscribe?{query}", data={"address": address}).status_code


def link_in(letter: Letter) -> str:
    """The path that the letter's link opens."""
    found = LINK.search(letter.body)
    assert found, letter.body
    return urlsplit(found[0]).path


def subscribed(client: FlaskClient, ledger: Ledger, query: str) -> str:
    """Ask and confirm; the path that ends it."""
    assert ask(client, query) == 200
    path = link_in(ledger.letters()[-1])
    assert client.post(f"{path}/confirm").status_code == 303
    return path
