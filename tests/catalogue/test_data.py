"""The catalogue for machines."""

from pathlib import Path

from flask.testing import FlaskClient

from portal.procedures import checking, sources
from tests.procedures.files import content


def test_a_procedure_is_given_whole_and_in_the_order_of_its_schema(client: FlaskClient) -> None:
    answer = client.get("/procedures/1.001193.json")
    assert answer.mimetype == "application/json"
    data = answer.get_json()
    assert list(data)[:3] == ["$schema", "code", "revision"]
    schema = "http://localhost/schemas/procedure-1.json"
    assert data == {"$schema": schema, **content(), "code": "1.001193", "related": data["related"], "valid_to": None}
    assert checking.faults(data) == []
    assert "Đăng ký khai sinh" in answer.text  # readable, not escaped


def test_the_list_goes_on_until_there_is_no_next(client: FlaskClient) -> None:
    found: list[str] = []
    address: str | None = "/procedures.json"
    while address:
        data = client.get(address).get_json()
        found += [row["code"] for row in data["procedures"]]
        address = data["next"]
    assert len(found) == len(set(found)) == data["total"] == len(sources.find([sources.CATALOGUE]))


def test_the_list_takes_the_same_search_and_filters_as_the_page(client: FlaskClient) -> None:
    data = client.get("/procedures.json?q=khai+sinh&field=ho-tich&level=commune&audience=citizen").get_json()
    assert data["procedures"][0] == {
        "code": "1.001193",
        "name": {"vi": "Đăng ký khai sinh", "en": "Birth registration"},
        "summary": content()["summary"],
        "field": "ho-tich",
        "level": "commune",
        "service_level": "partial",
        "audience": ["citizen"],
        "url": "http://localhost/procedures/1.001193",
    }
    assert {row["field"] for row in data["procedures"]} == {"ho-tich"}


def test_the_history_names_days_and_decisions(client: FlaskClient) -> None:
    (revision,) = client.get("/procedures/1.001193/history.json").get_json()["revisions"]
    assert (revision["revision"], revision["valid_from"], revision["valid_to"]) == (1, "2020-01-01", None)
    assert revision["decision"] == content()["decision"]


def test_every_published_procedure_has_its_page_in_both_languages(client: FlaskClient) -> None:
    for path in sources.find([sources.CATALOGUE]):
        code = Path(path).stem
        for lang in ("vi", "en"):
            answer = client.get(f"/procedures/{code}", headers={"Accept-Language": lang})
            assert answer.status_code == 200, code
            assert f'<html lang="{lang}"' in answer.text
