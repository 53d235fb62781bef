"""Where an address that only takes what is sent leads who types it, reloads it or kept it as a bookmark.

Such an address stands in the browser whenever a form was refused. The table names every one of them with the page it
leads to; a new one is not in it, and the test says so. The page itself decides who may see it, as for everyone.
"""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.routes import posted_only

DRAFT = "/drafts/00000000-0000-0000-0000-000000000000"
LEADS_TO = {
    "account.accept_mandate": "/account/mandates/1",
    "account.end_token": "/account/tokens",
    "account.supplement": "/dossiers/x",
    "admin.refuse": "/admin/calendar",
    "admin.sign": "/admin/calendar",
    "admin_units.hand_over": "/admin/units/x",
    "admin_units.share": "/admin/units/x",
    "desk.do": "/desk/dossiers/x",
    "desk.end_stand_in": "/desk/stand-ins",
    "desk.find": "/desk",
    "desk.preview_result": "/desk/dossiers/x/result/granted",
    "desk.remove_list": "/desk/lists",
    "signin.sign_out": None,
    "studio.arrange": "/studio/manuscripts/1",
    "studio.arrange_process_step": "/studio/processes/1/steps/x",
    "studio.do_process": "/studio/processes/1",
    "studio.do_result": "/studio/results/1",
    "studio.import_process": "/studio/processes/1",
    "studio.restore": "/studio/manuscripts/1",
    "studio.revise": "/studio/procedures/x",
    "studio_synonyms.remove": "/studio/synonyms/1",
    "submission.begin_upload": DRAFT,
    "submission.for_myself": DRAFT,
    "submission.remove_file": DRAFT,  # not to the file, which would be downloaded
    "subscriptions.confirm": "/ledger/subscriptions/x",
    "subscriptions.end": "/ledger/subscriptions/x",
    "subscriptions.end_web_hook": "/ledger/web-hooks/x",
}


def test_each_leads_to_its_page(app: Flask, client: FlaskClient) -> None:
    found = {}
    for door in posted_only(app):
        for method in ("GET", "HEAD"):
            answer = client.open(f"{door.address}?seen=1", method=method)
            assert answer.status_code == (303 if answer.location else 405), door.name
            assert answer.headers["Cache-Control"] == "no-store", door.name
            found[door.rule.endpoint] = answer.location
    assert found == LEADS_TO


def test_nobody_is_asked_to_sign_in_and_comes_to_the_page(client: FlaskClient) -> None:
    led = client.get(client.get("/desk/dossiers/H06.31.01-200101-0001/receive").location)
    assert led.location == "/signin?next=/desk/dossiers/H06.31.01-200101-0001"


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_other_methods_lead_nowhere(client: FlaskClient, method: str) -> None:
    answer = client.open("/desk/dossiers/H06.31.01-200101-0001/receive", method=method)
    assert answer.status_code in (400, 405)


def test_programs_are_told_what_an_address_takes(client: FlaskClient) -> None:
    assert client.open("/api/v1/units", method="POST").status_code in (400, 405)
