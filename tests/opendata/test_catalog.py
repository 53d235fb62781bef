"""What describes the data: the catalogue read as JSON-LD, every link followed, every schema held to its file."""

import csv
import hashlib
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from portal.opendata.columns import TABLES
from portal.settings import Settings
from tests.opendata import logs

HOST = "http://localhost"
DCAT, TERMS = "http://www.w3.org/ns/dcat#", "http://purl.org/dc/terms/"
XSD, SPDX = "http://www.w3.org/2001/XMLSchema#", "http://spdx.org/rdf/terms#"
Triple = tuple[str, str, Any]


@pytest.fixture
def log(app: Flask, session: Session, folder: Path) -> None:
    logs.june(app, session)
    logs.finish(app, session)
    logs.july(app, session)


@pytest.fixture
def triples(client: FlaskClient, log: None) -> list[Triple]:
    answer = client.get("/open-data/catalog.jsonld")
    assert answer.mimetype == "application/ld+json"
    assert answer.json is not None
    return list(expanded(answer.json))


def expanded(document: dict[str, Any]) -> Iterator[Triple]:
    """The statements of the document, as a reader of JSON-LD takes them by its own context."""
    prefixes = document["@context"]
    assert all(re.fullmatch(r"http://[^ ]+[/#]", address) for address in prefixes.values())
    blanks = iter(range(10_000))

    def full(name: str) -> str:
        prefix, _, rest = name.partition(":")
        assert prefix in prefixes, f"{name} has no meaning"
        return str(prefixes[prefix]) + rest

    def of(node: dict[str, Any]) -> Iterator[Triple]:
        me = node.get("@id") or f"_:{next(blanks)}"
        assert node.get("@id", HOST).startswith("http"), node
        node["@me"] = me
        if "@type" in node:
            yield me, "@type", full(node["@type"])
        for name, values in node.items():
            if name.startswith("@"):
                continue
            for value in values if isinstance(values, list) else [values]:
                if isinstance(value, str):
                    yield me, full(name), (value, XSD + "string")
                elif "@value" in value:
                    yield me, full(name), (value["@value"], value.get("@language") or full(value["@type"]))
                elif set(value) == {"@id"}:
                    yield me, full(name), value["@id"]
                else:
                    yield from of(value)
                    yield me, full(name), value["@me"]

    yield from of(document)


def of_type(triples: list[Triple], kind: str) -> list[str]:
    return [subject for subject, name, value in triples if (name, value) == ("@type", kind)]


def values(triples: list[Triple], subject: str, name: str) -> list[Any]:
    return [value for one, predicate, value in triples if (one, predicate) == (subject, name)]


def test_every_dataset_says_what_a_harvester_asks(triples: list[Triple], app: Flask) -> None:
    settings: Settings = app.config["SETTINGS"]
    (catalogue,) = of_type(triples, DCAT + "Catalog")
    datasets = [*of_type(triples, DCAT + "Dataset"), *of_type(triples, DCAT + "DatasetSeries")]
    assert sorted(values(triples, catalogue, DCAT + "dataset")) == sorted(datasets)
    assert len(datasets) == 4 + 2 + 2 + 2  # tables, series, months of entries, months of dossiers
    for dataset in datasets:
        for name in ("title", "description"):
            assert {language for _text, language in values(triples, dataset, TERMS + name)} == {"vi", "en"}
        assert values(triples, dataset, TERMS + "license") == [settings.open_data_licence]
        (publisher,) = values(triples, dataset, TERMS + "publisher")
        assert "Ủy ban nhân dân tỉnh Bà Rịa - Vũng Tàu" in str(
            values(triples, publisher, "http://xmlns.com/foaf/0.1/name")
        )
        (contact,) = values(triples, dataset, DCAT + "contactPoint")
        assert values(triples, contact, "http://www.w3.org/2006/vcard/ns#hasURL") == [f"{HOST}/open-data"]
    assert values(triples, catalogue, TERMS + "modified")[0][1] == XSD + "dateTime"


def test_months_are_a_series_with_their_times(triples: list[Triple]) -> None:
    june = f"{HOST}/open-data#ledger-2020-06"
    assert values(triples, june, DCAT + "inSeries") == of_type(triples, DCAT + "DatasetSeries")[:1]
    (period,) = values(triples, june, TERMS + "temporal")
    assert values(triples, period, DCAT + "startDate") == [("2020-06-01", XSD + "date")]
    assert values(triples, period, DCAT + "endDate") == [("2020-06-30", XSD + "date")]
    assert values(triples, june, TERMS + "isReferencedBy") == [f"{HOST}/open-data/ledger-2020-06.sums"]


def test_every_link_leads_to_what_it_promises(client: FlaskClient, triples: list[Triple]) -> None:
    followed = set()
    for distribution in of_type(triples, DCAT + "Distribution"):
        (url,) = values(triples, distribution, DCAT + "downloadURL")
        (media,) = values(triples, distribution, DCAT + "mediaType")
        answer = client.get(url.removeprefix(HOST))
        assert answer.status_code == 200, url
        assert answer.mimetype == media.removeprefix("https://www.iana.org/assignments/media-types/")
        for size, _kind in values(triples, distribution, DCAT + "byteSize"):
            assert int(size) == len(answer.data)
        for checksum in values(triples, distribution, SPDX + "checksum"):
            ((digest, kind),) = values(triples, checksum, SPDX + "checksumValue")
            assert (hashlib.sha256(answer.data).hexdigest(), XSD + "hexBinary") == (digest, kind)
            followed.add(url)
    assert len(followed) == 3, "the three files of the finished month have checksums"
    links = {value for _one, name, value in triples if isinstance(value, str) and name != "@type"}
    own = {link.removeprefix(HOST) for link in links if link.startswith(HOST)}
    assert len(own) > 30
    page = client.get("/open-data").text
    for link in own:
        address, _, anchor = link.partition("#")
        assert client.get(address).status_code == 200, link
        assert not anchor or address == "/open-data"
        assert anchor not in TABLES or f'id="{anchor}"' in page


@pytest.mark.parametrize("name", ["ledger", "dossiers", "procedures", "units", "ledger-2020-06", "dossiers-2020-07"])
def test_the_schema_is_that_of_the_file(client: FlaskClient, log: None, name: str) -> None:
    answer = client.get(f"/open-data/{name}.csv-metadata.json")
    assert answer.mimetype == "application/csvm+json"
    found: Any = answer.json
    assert found["@context"][0] == "http://www.w3.org/ns/csvw"
    text = client.get(found["url"].removeprefix(HOST)).text.removeprefix("\ufeff")
    rows = list(csv.DictReader(io.StringIO(text)))
    columns = {column["name"]: column for column in found["tableSchema"]["columns"]}
    assert list(columns) == list(rows[0]), "the schema has the columns of the file, in their order"
    keys = [tuple(row[part] for part in found["tableSchema"]["primaryKey"]) for row in rows]
    assert len(set(keys)) == len(keys)
    for row in rows:
        for column, cell in row.items():
            assert cell != "" or not columns[column]["required"], column
            assert cell == "" or fits(cell, columns[column]["datatype"]), (column, cell)


SPELT = {
    "integer": r"-?[0-9]+",
    "string": r"[^\r\n]+",
    "boolean": r"true|false",
    "dateTimeStamp": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ",
    "date": r"\d{4}-\d\d-\d\d",
    "anyURI": r"http://\S+",
}


def fits(cell: str, datatype: Any) -> bool:
    pattern = datatype["format"] if isinstance(datatype, dict) else SPELT[datatype]
    return re.fullmatch(pattern, cell) is not None


def test_the_registers_have_what_the_portal_shows(client: FlaskClient) -> None:
    procedures: Any = client.get("/open-data/procedures.json").json
    birth = next(row for row in procedures if row["code"] == "1.001193")
    assert birth["name_en"]
    assert client.get(birth["url"].removeprefix(HOST)).status_code == 200
    units: Any = client.get("/open-data/units.json").json
    ward = next(row for row in units if row["agency_code"] == "H06.31.01")
    assert (ward["name_vi"], ward["parent"], ward["valid_to"]) == ("Phường 1", "H06.31", "2025-07-01")
    codes = {row["agency_code"] for row in units}
    heirs = [code for row in units for code in (row["successors"] or "").split()]
    assert len(heirs) > 50
    assert set(heirs) <= codes
