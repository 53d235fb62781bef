"""Every route times every role: the table beside this file says who may open what, and each cell is tried.

    open      the view runs (it may still find nothing there, or miss something in what was sent)
    sign in   the visitor is shown to the page for signing in
    closed    403, whatever is behind it
    absent    404 where the address names nothing that could be missing: a page for others, not even confirmed
    token     401: for a program with a token, never for a browser

A new route has no line: the test prints the table as the portal now answers, to be read, judged and put in its place.
"""

from collections.abc import Mapping
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal.people.queries import Officer, Person, RoleName
from tests.routes import Door, doors
from tests.signing_in import make_citizen, make_officer, make_organisation, sign_in_as

TABLE = Path(__file__).with_name("routes_and_roles.txt")
OFFICERS: Mapping[RoleName, str] = {
    "receiver": "H06.31.01",
    "specialist": "H06.31.01",
    "leader": "H06.31.01",
    "editor": "H06.01",
    "administrator": "H06.01",
}
VISITORS = ("nobody", "citizen", "organisation", *OFFICERS)


def test_each_role_opens_what_the_table_says_and_nothing_else(app: Flask, session: Session) -> None:
    rows: dict[str, list[str]] = {}
    for visitor in VISITORS:
        account = _account(session, visitor)
        for door in doors(app):
            browser = app.test_client()
            if account is not None:
                sign_in_as(browser, account)
            rows.setdefault(door.name, []).append(_tried(browser, door))
    expected = dict(_table())
    wrong = [f"{name:<60} {' | '.join(found)}" for name, found in sorted(rows.items()) if expected.get(name) != found]
    assert not wrong, "\n".join(("the portal answers otherwise than the table:", *wrong))
    assert sorted(expected) == sorted(rows), "routes in the table that are gone"


def test_the_table_closes_what_is_private_to_strangers() -> None:
    for name, cells in _table():
        by_visitor = dict(zip(VISITORS, cells, strict=True))
        if by_visitor["nobody"] != "open":
            continue
        assert set(cells) == {"open"}, f"{name} is public for some only"


def _table() -> list[tuple[str, list[str]]]:
    lines = [line for line in TABLE.read_text(encoding="utf-8").splitlines() if line.strip() and line[0] != "#"]
    head, *rest = ([cell.strip() for cell in line.split("|")] for line in lines)
    assert tuple(head[1:]) == VISITORS
    return [(" ".join(row[0].split()), row[1:]) for row in rest]


def _account(session: Session, visitor: str) -> Person | Officer | None:
    if visitor == "nobody":
        return None
    if visitor == "citizen":
        return make_citizen(session)
    if visitor == "organisation":
        return make_organisation(session)
    role: RoleName = visitor  # type: ignore[assignment]
    return make_officer(session, OFFICERS[role], role)


def _tried(browser: FlaskClient, door: Door) -> str:
    answer = browser.open(door.address, method=door.method)
    answer.close()
    return _word(answer, door)


def _word(answer: TestResponse, door: Door) -> str:
    if answer.status_code == 401:
        return "token"
    if answer.status_code == 403:
        return "closed"
    if answer.status_code == 404 and not door.rule.arguments:
        return "absent"
    if answer.status_code == 303 and answer.location.partition("?")[0] == "/signin":
        return "sign in"
    return "open"
