"""The page for people: what there is, and how to use it."""

from dataclasses import dataclass

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from portal import public_pages
from portal.access import Audience, audience
from portal.blueprints.opendata import face, offering
from portal.blueprints.opendata.face import blueprint
from portal.ledger import log
from portal.opendata import archive
from portal.opendata.columns import DOSSIERS, LEDGER, TABLES
from portal.opendata.months import Month
from portal.transaction import current_session

FORM_NAMES = {"csv": "CSV", "jsonl": "JSON Lines", "json": "JSON", "parquet": "Parquet"}
MONTHS_SHOWN = 240


@dataclass(frozen=True, slots=True)
class Line:
    """A month in the table: its files as (address, name), the signed list where it is finished."""

    month: Month
    ledger: tuple[tuple[str, str], ...]
    dossiers: tuple[tuple[str, str], ...]
    rows: int | None
    sums: str | None


@blueprint.get("")
@audience(Audience.PUBLIC)
def index() -> ResponseReturnValue:
    """What there is, in which forms, under which licence, and how to begin."""
    tag = public_pages.tag(*log.sizes(current_session()), len(face.archive().months()))
    if unchanged := public_pages.not_modified(tag):
        return unchanged
    offered = offering.now()
    lines = _lines(offered)
    html = render_template(
        "opendata/index.html",
        tables=[(table, _files(table.name, None, table.formats)) for table in TABLES.values()],
        lines=lines[:MONTHS_SHOWN],
        head=offered.head,
        licence=face.settings().open_data_licence,
        contact=face.settings().open_data_contact,
        vkey=face.archive().verifier.vkey,
        base=url_for("opendata.index", _external=True),
    )
    return public_pages.public_page(html, tag)


def _lines(offered: offering.Offered) -> list[Line]:
    """Newest first."""
    finished = {item.month: item for item in offered.finished}
    ledger = {*finished, *offered.open}
    return [
        Line(
            month=month,
            ledger=_files(LEDGER.name, month, LEDGER.formats) if month in ledger else (),
            dossiers=_files(DOSSIERS.name, month, DOSSIERS.formats) if month in offered.filed else (),
            rows=finished[month].files[0].rows if month in finished else None,
            sums=_address(LEDGER.name, month, archive.LIST_FORM) if month in finished else None,
        )
        for month in sorted({*ledger, *offered.filed}, reverse=True)
    ]


def _files(table: str, month: Month | None, forms: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    return tuple((_address(table, month, form), FORM_NAMES[form]) for form in forms)


def _address(table: str, month: Month | None, form: str) -> str:
    return f"{url_for('opendata.index')}/{archive.file_name(table, month, form)}"
