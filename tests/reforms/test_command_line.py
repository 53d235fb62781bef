"""`flask units hand-over`: what is left with units that ended, and handing it over."""

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.dossiers import queries
from portal.dossiers.life import State
from portal.people import register
from portal.reforms import upkeep
from portal.settings import Settings
from tests.dossiers.making import bring_to, make_dossier
from tests.reforms.test_handing_over import AFTER, SUCCESSOR, WARD_1
from tests.signing_in import make_citizen, make_officer


@pytest.fixture(autouse=True)
def after_the_reform(app: Flask) -> Iterator[None]:
    settings: Settings = app.config["SETTINGS"]
    before = upkeep._Installed.register_day
    app.config["SETTINGS"] = settings.model_copy(update={"units_on": AFTER})
    upkeep.install(AFTER)
    yield
    app.config["SETTINGS"] = settings
    upkeep._Installed.register_day = before


def run(app: Flask, *arguments: str) -> tuple[int, str]:
    done = app.test_cli_runner().invoke(args=["units", "hand-over", *arguments])
    return done.exit_code, done.output


def test_it_lists_and_changes_nothing_until_somebody_orders_it(app: Flask, session: Session) -> None:
    made = bring_to(session, make_dossier(session, make_citizen(session), agency_code=WARD_1), State.FILED)
    code, shown = run(app)
    assert code == 0
    assert f"{WARD_1} -> {SUCCESSOR} from 2025-07-01 (Nghị quyết 1685/NQ-UBTVQH15): 1 dossiers" in shown
    assert "1 dossiers and" in run(app, WARD_1)[1]
    administrator = make_officer(session, "H06", "administrator")
    subject = session.scalar(
        text("select subject from identity where officer_id = :o and provider = :p"),
        {"o": administrator.id, "p": register.PROVIDER},
    )
    code, shown = run(app, WARD_1, "--by", str(subject))
    assert (code, "0 dossiers and 0 officers left; handed over: 1 dossiers" in shown) == (0, True)
    session.rollback()
    found = queries.owned(session, made.reference, person_id=made.person.id)
    assert found is not None
    assert found.holder.code == SUCCESSOR


def test_it_refuses_in_words(app: Flask, session: Session) -> None:
    assert run(app, "H29.701") == (1, "Error: No unit H29.701 has ended and has a successor.\n")
    assert run(app, WARD_1, "--by", "nobody") == (1, "Error: No officer has the subject nobody.\n")
    elsewhere = make_officer(session, "H06.32", "administrator")
    subject = session.scalar(text("select subject from identity where officer_id = :o"), {"o": elsewhere.id})
    assert run(app, WARD_1, "--by", str(subject)) == (1, "Error: Not ordered: administers_elsewhere.\n")
