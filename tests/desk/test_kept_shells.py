"""The queue is joined from kept pieces: what is one officer's own is in none of them and on nobody else's page."""

import html
from typing import cast

from flask import Flask
from markupsafe import escape
from sqlalchemy.orm import Session

from portal import clock
from portal.people.queries import Officer
from portal.queues import saved
from portal.shells import Shell
from portal.templating import SettledEnvironment
from portal.transaction import unit_of_work
from tests.desk.conftest import Ward
from tests.filing import WARD_1
from tests.signing_in import make_officer

HOSTILE = "</title><script>alert(1)</script>&amp;{{ 7*7 }} %(q)s \ufdd0csrf_token\ufdd1 \ufdd00\ufdd1"


def kept(app: Flask) -> bytes:
    """Every piece that this process keeps of whole pages and of their lines."""
    environment = cast(SettledEnvironment, app.jinja_env)
    found = [one for spoken in environment.by_language.values() for one in spoken.stencils.values()]
    assert any(isinstance(one, Shell) for one in found)
    return b"".join(piece for one in found for piece in one.pieces)


def officers(session: Session) -> list[Officer]:
    return [make_officer(session, WARD_1, "receiver", name=f"Cán bộ {word}{HOSTILE}") for word in ("Một", "Hai")]


def token(page: str) -> str:
    return page.partition('name="csrf_token" value="')[2].partition('"')[0]


def test_what_is_one_officers_own_is_kept_nowhere_and_shown_to_nobody_else(
    app: Flask, ward: Ward, session: Session
) -> None:
    one, two = (ward.desk_of(officer) for officer in officers(session))
    ward.filed()
    with unit_of_work(session):
        for desk in (one, two):
            named = f"Danh sách {desk.officer.id}<b>&"
            saved.save(session, officer_id=desk.officer.id, name=named, filters={"show": "filed"}, at=clock.now())
    pages = {}
    for number, desk in enumerate((one, two, one)):
        page = desk.get("/desk", query_string={"procedure": f"tìm-{desk.officer.id}{HOSTILE}"})
        assert page.status == 200
        pages[number] = page.source
        assert page.source.count(str(escape(desk.officer.name))) >= 1
    assert HOSTILE not in "".join(pages.values())
    assert token(pages[0]) != token(pages[1])
    for mine, theirs, other in ((0, 1, two), (1, 0, one), (2, 1, two)):
        for own in (other.officer.name, f"Danh sách {other.officer.id}", f"tìm-{other.officer.id}"):
            assert str(escape(own)) not in pages[mine]
        assert token(pages[theirs]) not in pages[mine]
    pieces = kept(app).decode()
    for own in (
        one.officer.name,
        two.officer.name,
        "Danh sách 1",
        "Danh sách 2",
        "tìm-",
        token(pages[0]),
        token(pages[1]),
    ):
        assert own not in html.unescape(pieces)
