"""robots.txt, the sitemap and security.txt, as the programs read them that they are for."""

from datetime import datetime, timedelta
from urllib.robotparser import RobotFileParser
from xml.etree import ElementTree

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pydantic import ValidationError
from sqlalchemy import text
from sqlalchemy.orm import Session

from portal import clock, create_app
from portal.procedures import queries as procedures
from portal.settings import ProviderSettings, Settings

HOST = "https://dichvucong.example"
BY_NAME = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


@pytest.fixture
def production(app: Flask, settings: Settings) -> FlaskClient:
    provider = ProviderSettings(issuer="https://dang-nhap.example", client_id="x")
    changes = {
        "environment": "production",
        "base_url": HOST,
        "security_contact": "mailto:bao-mat@dichvucong.example",
        "citizen_provider": provider,
        "officer_provider": provider,
    }
    return create_app(settings.model_copy(update=changes)).test_client()


def robots_of(client: FlaskClient, *, host: str = HOST) -> RobotFileParser:
    answer = client.get("/robots.txt", base_url=host)
    assert (answer.status_code, answer.mimetype) == (200, "text/plain")
    found = RobotFileParser()
    found.parse(answer.text.splitlines())
    return found


def listed(client: FlaskClient) -> dict[str, str | None]:
    answer = client.get("/sitemap.xml", base_url=HOST)
    assert (answer.status_code, answer.mimetype) == (200, "application/xml")
    found = ElementTree.fromstring(answer.text)
    assert found.tag == f"{BY_NAME}urlset"
    return {str(one.findtext(f"{BY_NAME}loc")): one.findtext(f"{BY_NAME}lastmod") for one in found}


def test_a_pilot_is_in_no_search_engine(client: FlaskClient) -> None:
    assert not robots_of(client, host="http://localhost").can_fetch("any", "/")


def test_search_engines_find_procedures_and_neither_desk_nor_dossiers(production: FlaskClient) -> None:
    robots = robots_of(production)
    for open_to_all in ("/", "/procedures", "/procedures/1.001193", "/ledger", "/ledger/statistics", "/open-data"):
        assert robots.can_fetch("any", open_to_all), open_to_all
    dossier = "/ledger/dossiers/H06.31.01-200615-0001"
    for closed in ("/desk", "/account", "/admin/jobs", "/studio", dossier, "/ledger/entries/7", "/signin"):
        assert not robots.can_fetch("any", closed), closed
    assert robots.site_maps() == [f"{HOST}/sitemap.xml"]


def test_the_sitemap_lists_what_is_in_force_and_each_address_answers(production: FlaskClient, session: Session) -> None:
    found = listed(production)
    assert found[f"{HOST}/"] is None
    since = session.scalar(text("select valid_from from revision where code = '1.001193' and ends_at is null"))
    assert found[f"{HOST}/procedures/1.001193"] == since.isoformat()
    robots = robots_of(production)
    for address in list(found)[:12]:
        assert production.get(address.removeprefix(HOST), base_url=HOST).status_code == 200, address
        assert robots.can_fetch("any", address), address


def test_what_is_not_in_force_is_not_listed(production: FlaskClient, session: Session) -> None:
    session.execute(text("update revision set ends_at = :at where code = '1.001193'"), {"at": clock.now()})
    session.commit()
    found = listed(production)
    assert len(found) > 20
    assert f"{HOST}/procedures/1.001193" not in found
    begun = session.scalars(text("select begins_at from revision order by 1 limit 1")).one()
    assert procedures.in_force(session, at=begun - timedelta(seconds=1), limit=10) == []
    assert len(procedures.in_force(session, at=clock.now(), limit=3)) == 3


def test_whom_to_tell_of_a_weakness(production: FlaskClient) -> None:
    answer = production.get("/.well-known/security.txt", base_url=HOST)
    assert (answer.status_code, answer.mimetype) == (200, "text/plain")
    fields = dict(line.split(": ", 1) for line in answer.text.splitlines())
    assert fields["Contact"] == "mailto:bao-mat@dichvucong.example"
    assert fields["Canonical"] == f"{HOST}/.well-known/security.txt"
    left = datetime.fromisoformat(fields["Expires"]) - clock.now()
    assert 27 < left.days < 63


def test_nobody_is_named_who_was_not_set(client: FlaskClient) -> None:
    assert client.get("/.well-known/security.txt").status_code == 404


@pytest.mark.parametrize(
    "contact", ["bao-mat@dichvucong.example", "http://x.example/", "mailto:a b", "mailto:a\nExpires: x"]
)
def test_a_contact_that_is_no_address_stops_the_start(settings: Settings, contact: str) -> None:
    with pytest.raises(ValidationError):
        Settings(instance=settings.instance, security_contact=contact)
