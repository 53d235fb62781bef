"""A ward that is divided: the register with one more successor than the real one has."""

from datetime import date

from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.units import queries as units

OTHER = "H29.702"


def divide(session: Session, code: str, *, to: str = OTHER, on: date = date(2025, 7, 1)) -> None:
    old, new = units.by_agency_code(session, code), units.by_agency_code(session, to)
    assert old is not None
    assert new is not None
    session.execute(
        text(
            'insert into unit_succession (old_id, new_id, "on", share, decision) '
            "values (:o, :n, :d, null, 'Nghị quyết 1/NQ-MẪU')"
        ),
        {"o": old.id, "n": new.id, "d": on},
    )
    session.commit()
