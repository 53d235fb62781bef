"""The catalogue of what is offered, as DCAT 3 (W3C) in JSON-LD with its context inside. Pure.

Each table is a dataset; its months are a series of datasets. A file of a finished month has its length and checksum.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.ledger.entry import instant_text
from portal.opendata.columns import TABLES, Table
from portal.opendata.csvw import in_both
from portal.opendata.months import Month
from portal.opendata.sums import Listed
from portal.procedures.text import Text

CONTEXT: dict[str, Any] = {
    "adms": "http://www.w3.org/ns/adms#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcterms": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "spdx": "http://spdx.org/rdf/terms#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
MEDIA_TYPES = {
    "csv": "text/csv",
    "jsonl": "application/jsonl",
    "json": "application/json",
    "parquet": "application/vnd.apache.parquet",
}
IANA = "https://www.iana.org/assignments/media-types/"
FREQUENCY = "http://publications.europa.eu/resource/authority/frequency/"
LANGUAGE = "http://publications.europa.eu/resource/authority/language/"
ZSTD = "https://www.iana.org/assignments/http-parameters/zstd"


@dataclass(frozen=True, slots=True)
class MonthOffered:
    """A month of a table; `files` where it is finished."""

    table: Table
    month: Month
    files: tuple[Listed, ...] | None


@dataclass(frozen=True, slots=True)
class Installation:
    """What the catalogue says of the portal itself. `base` is the address of `/open-data`."""

    base: str
    licence: str
    contact: str
    publisher: Text
    homepage: str
    api: str
    api_description: str
    first_month: Month | None
    modified: datetime | None


def catalog(about: Installation, offered: Iterable[MonthOffered]) -> dict[str, Any]:
    by_table: dict[str, list[MonthOffered]] = {name: [] for name in TABLES}
    for item in offered:
        by_table[item.table.name].append(item)
    series = [_series(about, TABLES[name], items) for name, items in by_table.items() if items]
    datasets = [_dataset(about, table) for table in TABLES.values()]
    members = [_month(about, item) for items in by_table.values() for item in items]
    return {
        "@context": CONTEXT,
        "@id": f"{about.base}/catalog.jsonld",
        "@type": "dcat:Catalog",
        "dcterms:title": in_both(Text("Dữ liệu mở của cổng Hải Đăng", "Open data of the Hải Đăng portal")),
        "dcterms:description": in_both(
            Text(
                "Sổ công khai, hồ sơ, thủ tục và đơn vị: không có tên hay thông tin riêng của ai.",
                "The public ledger, dossiers, procedures and units: nothing of any person.",
            )
        ),
        "dcterms:language": [{"@id": LANGUAGE + "VIE"}, {"@id": LANGUAGE + "ENG"}],
        "dcterms:license": {"@id": about.licence},
        **_modified(about),
        "dcterms:publisher": _publisher(about),
        "foaf:homepage": {"@id": about.base},
        "dcat:service": [_api(about)],
        "dcat:dataset": [*datasets, *series, *members],
    }


def _dataset(about: Installation, table: Table) -> dict[str, Any]:
    found = _described(about, f"{about.base}#{table.name}", "dcat:Dataset", table.title, table.about)
    found["dcterms:accrualPeriodicity"] = {"@id": FREQUENCY + ("CONT" if table.monthly else "IRREG")}
    if table.monthly and about.first_month is not None:
        found["dcterms:temporal"] = _period(about.first_month, None)
    if table.archived:
        found |= _modified(about)
    found["dcat:distribution"] = [_distribution(about, table, None, form, None) for form in table.formats]
    return found


def _series(about: Installation, table: Table, items: list[MonthOffered]) -> dict[str, Any]:
    title = Text(f"{table.title.vi}, theo tháng", f"{table.title.en}, by month")
    found = _described(about, _series_id(about, table), "dcat:DatasetSeries", title, table.about)
    found["dcterms:accrualPeriodicity"] = {"@id": FREQUENCY + "MONTHLY"}
    found["dcat:first"] = {"@id": _month_id(about, items[0])}
    found["dcat:last"] = {"@id": _month_id(about, items[-1])}
    return found


def _month(about: Installation, item: MonthOffered) -> dict[str, Any]:
    title = Text(f"{item.table.title.vi}, tháng {item.month}", f"{item.table.title.en}, {item.month}")
    found = _described(about, _month_id(about, item), "dcat:Dataset", title, item.table.about)
    found["dcat:inSeries"] = {"@id": _series_id(about, item.table)}
    found["dcterms:temporal"] = _period(item.month, item.month.following)
    known = {file.name: file for file in item.files or ()}
    found["dcat:distribution"] = [
        _distribution(about, item.table, item.month, form, known.get(f"{item.table.name}-{item.month}.{form}"))
        for form in item.table.formats
    ]
    if item.files is not None:
        found["dcterms:isReferencedBy"] = {"@id": f"{about.base}/{item.table.name}-{item.month}.sums"}
    return found


def _described(about: Installation, identity: str, kind: str, title: Text, description: Text) -> dict[str, Any]:
    return {
        "@id": identity,
        "@type": kind,
        "dcterms:identifier": identity,
        "dcterms:title": in_both(title),
        "dcterms:description": in_both(description),
        "dcterms:license": {"@id": about.licence},
        "dcterms:publisher": {"@id": about.homepage},
        "dcat:contactPoint": {
            "@type": "vcard:Organization",
            "vcard:fn": about.publisher.vi,
            ("vcard:hasEmail" if about.contact.startswith("mailto:") else "vcard:hasURL"): {"@id": about.contact},
        },
        "dcat:landingPage": {"@id": about.base},
    }


def _distribution(
    about: Installation, table: Table, month: Month | None, form: str, file: Listed | None
) -> dict[str, Any]:
    url = f"{about.base}/{table.name}.{form}" if month is None else f"{about.base}/{table.name}-{month}.{form}"
    found: dict[str, Any] = {
        "@id": url,
        "@type": "dcat:Distribution",
        "dcterms:title": in_both(Text(form.upper(), form.upper())),
        "dcat:accessURL": {"@id": about.base},
        "dcat:downloadURL": {"@id": url},
        "dcat:mediaType": {"@id": IANA + MEDIA_TYPES[form]},
        "dcterms:license": {"@id": about.licence},
    }
    if form == "parquet":
        found["dcat:compressFormat"] = {"@id": ZSTD}
    if form == "csv":
        found["dcterms:conformsTo"] = {"@id": f"{url}-metadata.json"}
    if file is not None:
        found["dcat:byteSize"] = _typed(str(file.bytes), "nonNegativeInteger")
        found["spdx:checksum"] = {
            "@type": "spdx:Checksum",
            "spdx:algorithm": {"@id": "http://spdx.org/rdf/terms#checksumAlgorithm_sha256"},
            "spdx:checksumValue": _typed(file.digest, "hexBinary"),
        }
    return found


def _api(about: Installation) -> dict[str, Any]:
    title, description = Text("Giao diện lập trình", "API"), Text("Đọc từng mục kèm bằng chứng", "Entries with proofs")
    found = _described(about, about.api, "dcat:DataService", title, description)
    found["dcat:endpointURL"] = {"@id": about.api}
    found["dcat:endpointDescription"] = {"@id": about.api_description}
    found["dcat:servesDataset"] = [{"@id": f"{about.base}#{name}"} for name in TABLES]
    return found


def _publisher(about: Installation) -> dict[str, Any]:
    return {
        "@id": about.homepage,
        "@type": "foaf:Organization",
        "foaf:name": in_both(about.publisher),
        "foaf:homepage": {"@id": about.homepage},
    }


def _period(since: Month, until: Month | None) -> dict[str, Any]:
    """From the first day up to the last, both included."""
    found = {"@type": "dcterms:PeriodOfTime", "dcat:startDate": _typed(str(since.first_day), "date")}
    if until is not None:
        found["dcat:endDate"] = _typed(str(since.last_day), "date")
    return found


def _modified(about: Installation) -> dict[str, Any]:
    """When the newest entries came: the last checkpoint's instant."""
    return {} if about.modified is None else {"dcterms:modified": _typed(instant_text(about.modified), "dateTime")}


def _typed(value: str, kind: str) -> dict[str, str]:
    return {"@value": value, "@type": f"xsd:{kind}"}


def _series_id(about: Installation, table: Table) -> str:
    return f"{about.base}#{table.name}-by-month"


def _month_id(about: Installation, item: MonthOffered) -> str:
    return f"{about.base}#{item.table.name}-{item.month}"
