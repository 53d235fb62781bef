"""What the bench fills a database with is what the commands would have written: rows, steps and entries agree."""

from sqlalchemy import text
from sqlalchemy.orm import Session

from bench.filling import Filler
from tests.dossiers.records import check_chain, record
from tests.signing_in import make_citizen, make_officer


def test_filled_dossiers_keep_every_rule_of_the_schema_and_their_chain(session: Session) -> None:
    filler = Filler(session, make_citizen(session).id, make_officer(session, "H06.31.01").id)
    references = filler.add(60)
    assert len(set(references)) == 60
    for reference in references:
        check_chain(record(session, reference))
    states = set(session.scalars(text("select state from dossier")))
    assert {"in_progress", "returned"} <= states
