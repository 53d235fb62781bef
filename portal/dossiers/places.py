"""Units named on dossier pages: by the agency code kept at the act, in one statement a page."""

from collections.abc import Collection

from sqlalchemy.orm import Session

from portal.dossiers.views import Place
from portal.units import queries as units


def places(session: Session, codes: Collection[str]) -> dict[str, Place]:
    """A place for every code; one that the register has never known shows its code."""
    wanted = set(codes)
    known = units.names_of(session, wanted)
    return {
        code: Place(code, known[code].name, known[code].name_en) if code in known else Place(code, code, code)
        for code in wanted
    }
