"""The reference code of a dossier: `agency-YYMMDD-NNNN`, as docs/decisions/reference-codes.md lays down.

    H06.30.01-200615-0007
    agency    the receiving unit's agency code (Decision 20/2020/QĐ-TTg), e.g. H06.30.01
    YYMMDD    the day of filing in Viet Nam
    NNNN      serial of that agency and day from 0001; a fifth digit follows 9999

We write exactly this form. Reading is wider, because papers of other systems carry older agency codes
(`000.00.16.H06`), dates of eight digits and serials of up to seven.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime

AGENCY = r"(?:\d{3}\.\d{2}\.\d{2}\.[A-Z]\d{2}|[A-Z]\d{2}(?:\.[A-Z0-9]{2,3}){0,3})"
FORM = re.compile(rf"({AGENCY})-(\d{{6}}|\d{{8}})-(\d{{4,7}})", re.ASCII)
WRITTEN = re.compile(r"[A-Z0-9.-]+", re.ASCII)
LONGEST = 40


@dataclass(frozen=True, slots=True)
class Reference:
    """The three parts of a code."""

    agency: str
    filed_on: date
    serial: int


def compose(agency: str, filed_on: date, serial: int) -> str:
    """The code as we write it."""
    if not re.fullmatch(AGENCY, agency, re.ASCII) or serial < 1:
        raise ValueError("not the parts of a reference")
    return f"{agency}-{filed_on:%y%m%d}-{serial:04d}"


def agency(reference: str) -> str:
    """The agency with which the dossier of this code was filed."""
    return reference.partition("-")[0]


def parse(text: str) -> Reference | None:
    """The parts of a code in any form seen in use; None where it is none."""
    match = FORM.fullmatch(tidy(text))
    if match is None:
        return None
    agency, day, serial = match.groups()
    try:
        filed_on = datetime.strptime(day, "%y%m%d" if len(day) == 6 else "%Y%m%d").date()  # noqa: DTZ007
    except ValueError:
        return None
    return Reference(agency, filed_on, int(serial)) if int(serial) else None


def tidy(text: str) -> str:
    """As people copy it from paper: spaces dropped, capitals, every kind of dash a hyphen.

    Empty where anything else is in it, so that what is tidy can always be asked for in SQL.
    """
    if len(text) > LONGEST:
        return ""
    joined = re.sub("[\u2010-\u2015\u2212]", "-", "".join(text.split()).upper())
    return joined if WRITTEN.fullmatch(joined) else ""
