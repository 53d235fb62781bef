"""Units named on dossier pages: by the agency code kept at the act, in one statement a page."""

from collections.abc import Collection, Mapping

from sqlalchemy.orm import Session

from portal.dossiers.views import Place
from portal.questions import Question
from portal.units import queries as units
from portal.units.queries import Unit


def places(session: Session, codes: Collection[str]) -> dict[str, Place]:
    """A place for every code; one that the register has never known shows its code."""
    return places_asked(codes).answer(session) if codes else {}


def places_asked(codes: Collection[str]) -> Question[dict[str, Place]]:
    wanted, asked = set(codes), units.names_asked(codes)
    return Question(asked.written, asked.values, lambda rows: _placed(wanted, asked.made(rows)))


def _placed(wanted: Collection[str], known: Mapping[str, Unit]) -> dict[str, Place]:
    return {
        code: Place(code, known[code].name, known[code].name_en) if code in known else Place(code, code, code)
        for code in wanted
    }
