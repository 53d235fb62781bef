from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from portal import create_app
from portal.settings import Settings


def test_a_portal_over_the_newest_schema_is_alive_and_ready(client: FlaskClient) -> None:
    assert client.get("/healthz").get_json() == {"alive": True}
    ready = client.get("/readyz")
    assert (ready.status_code, ready.get_json()) == (200, {"ready": True})
    assert ready.headers["Cache-Control"] == "no-store"


def test_a_portal_over_another_schema_is_not_ready(client: FlaskClient, session: Session) -> None:
    session.execute(text("update alembic_version set version_num = '0000_other'"))
    session.commit()
    answer = client.get("/readyz")
    assert (answer.status_code, answer.get_json()) == (503, {"missing": "schema", "ready": False})


def test_a_portal_without_its_database_is_alive_but_not_ready(app: Flask, settings: Settings) -> None:
    nowhere = "postgresql://portal@127.0.0.1:1/portal?connect_timeout=1"
    alone = create_app(settings.model_copy(update={"database_url": nowhere})).test_client()
    assert alone.get("/healthz").status_code == 200
    answer = alone.get("/readyz")
    assert (answer.status_code, answer.get_json()) == (503, {"missing": "database", "ready": False})
