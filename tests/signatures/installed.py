"""An installation that signs: a demo authority with certificates for these officers, for as long as a test runs."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.orm import Session

from portal import clock
from portal.dossiers import paper_signing
from portal.files import signature_reading
from portal.notice_words import official_paper
from portal.people import queries as people
from portal.people.queries import Officer
from portal.signatures import demo_authority
from portal.signatures.roll import Roll
from tests.signatures.authority import AGENCY_NAME, Authority


@contextmanager
def signing(folder: Path, session: Session, *officers: Officer) -> Iterator[Authority]:
    """Papers of acts done meanwhile are to be signed."""
    subjects = {people.officer_subject(session, officer.id) or "": officer.name for officer in officers}
    demo_authority.make(folder, agency=AGENCY_NAME, officers=subjects, at=clock.now())
    authority = Authority(folder)
    use(authority.roll)
    try:
        yield authority
    finally:
        use(None)


def use(roll: Roll | None) -> None:
    """Sign with this roll from now on; None: not at all."""
    paper_signing.install(roll, render=official_paper)
    signature_reading.install([one.dump() for one in roll.roots] if roll else [])
