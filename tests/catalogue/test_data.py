"""The catalogue for machines."""

from pathlib import Path

import pytest
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator

from portal.procedures import checking, parsing, sources
from portal.procedures.answers_schema import answers_schema
from tests.procedures.files import content

ANSWERS = "/procedures/1.001193/history/1/answers.json"


def test_a_procedure_is_given_whole_and_in_the_order_of_its_schema(client: FlaskClient) -> None:
    answer = client.get("/procedures/1.001193.json")
    assert answer.mimetype == "application/json"
    data = answer.get_json()
    assert list(data)[:4] == ["$schema", "answers_schema", "code", "revision"]
    schema = "http://localhost/schemas/procedure-1.json"
    served = {"$schema": schema, "answers_schema": "http://localhost" + ANSWERS}
    assert data == {**served, **content(), "code": "1.001193", "related": data["related"], "valid_to": None}
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


def test_the_answers_of_every_revision_have_a_public_schema(client: FlaskClient) -> None:
    for path in sources.find([sources.CATALOGUE]):
        said = client.get(f"/procedures/{path.stem}.json").get_json()
        answer = client.get(said["answers_schema"].removeprefix("http://localhost"))
        assert answer.mimetype == "application/schema+json", path.stem
        schema = answer.get_json()
        Draft202012Validator.check_schema(schema)
        assert schema["$id"] == said["answers_schema"]
        assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
        made = answers_schema(parsing.build(said["form"]))
        assert {name: schema[name] for name in made} == made


def test_the_schema_takes_answers_and_refuses_what_no_page_gives(client: FlaskClient) -> None:
    schema = client.get(ANSWERS).get_json()
    wrong = list(Draft202012Validator(schema).iter_errors({"unheard_of": 1}))
    assert {error.validator for error in wrong} >= {"additionalProperties", "required"}


def test_the_history_leads_to_the_schema_of_each_revision(client: FlaskClient) -> None:
    (revision,) = client.get("/procedures/1.001193/history.json").get_json()["revisions"]
    assert revision["answers_schema"] == "http://localhost" + ANSWERS


def test_the_api_leads_to_it_too(client: FlaskClient) -> None:
    assert client.get("/api/v1/procedures/1.001193").get_json()["answers_schema"] == "http://localhost" + ANSWERS


@pytest.mark.parametrize("path", ["1.001193/history/2", "1.001193/history/0", "9.999999/history/1"])
def test_a_revision_that_does_not_exist_has_no_schema(client: FlaskClient, path: str) -> None:
    assert client.get(f"/procedures/{path}/answers.json").status_code == 404
