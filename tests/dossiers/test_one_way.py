"""The house rule that no act goes around the one function, held to the source itself."""

import re
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.orm import Session

import portal
from portal.base import Base

PORTAL = Path(portal.__file__).parent
WRITING = {"dossiers/writing.py"}
ERASING = {"dossiers/erasure.py"}  # takes words out, and nothing else: the triggers of the tables hold it to that
TAKING_OVER = {"dossiers/taking_over.py"}  # gives a dossier to the account of the person it is of, and nothing else
APPENDING = {"dossiers/acting.py", "dossiers/filing.py"}
WRITES = re.compile(
    r"(insert|update|delete|upsert)\((models\.)?(Dossier|Step|DOSSIER|STEP)\)|(into|update|from) (dossier|step)\b"
)
DOSSIER_WORDS = re.compile(r"move_dossier\(|file_dossier\(")


def sources() -> dict[str, str]:
    """Every module that can reach the portal's database; an outsider's audit keeps a file of its own."""
    return {
        str(path.relative_to(PORTAL)): path.read_text(encoding="utf-8")
        for path in PORTAL.rglob("*.py")
        if "migrations" not in path.parts and path.parent != PORTAL / "ledger" / "verify"
    }


def writers(found: dict[str, str]) -> set[str]:
    return {name for name, source in found.items() if WRITES.search(source)} - ERASING - TAKING_OVER


def callers(found: dict[str, str]) -> set[str]:
    return {name for name, source in found.items() if DOSSIER_WORDS.search(source)} - WRITING


def appenders(found: dict[str, str]) -> set[str]:
    return {name for name, source in found.items() if "ledger.append(" in source}


def test_one_module_writes_dossiers_and_steps_and_two_acts_call_it() -> None:
    assert writers(sources()) == WRITING
    assert callers(sources()) == APPENDING
    assert appenders(sources()) == APPENDING


def test_erasing_takes_words_out_and_moves_nothing() -> None:
    source = sources()["dossiers/erasure.py"]
    written = re.findall(r"\.values\(([^)]*)\)", source)
    assert sorted(written) == [
        "agent=left",
        "applicant=None",
        "note=None, postal_number=None",
        "question=None, answer=None",
    ]
    assert not re.search(r"delete\((models\.)?(Dossier|Step)\)", source)


def test_taking_over_changes_whose_a_dossier_is_and_nothing_else() -> None:
    source = sources()["dossiers/taking_over.py"]
    assert re.findall(r"update\(Dossier\).*?\.values\(([^)]*)\)", source) == ["person_id=person_id"]
    assert not re.search(r"(insert|delete)\((models\.)?(Dossier|Step)\)|Step\b", source)


def test_the_rule_notices_whoever_goes_around_it() -> None:
    found = sources() | {
        "blueprints/desk/around.py": "session.execute(update(Dossier).values(state='returned'))",
        "dossiers/around.py": "session.execute(text(\"update dossier set state = 'returned'\"))",
        "people/around.py": "writing.move_dossier(session, 1, changes={}, step={})",
    }
    assert writers(found) - WRITING == {"blueprints/desk/around.py", "dossiers/around.py"}
    assert callers(found) - APPENDING == {"people/around.py"}


def test_dossiers_know_nothing_of_the_web_and_never_commit() -> None:
    for name, source in sources().items():
        if not name.startswith("dossiers/"):
            continue
        imported = set(re.findall(r"^(?:from|import) (\w+)", source, re.MULTILINE))
        assert imported.isdisjoint({"flask", "flask_babel", "flask_login", "werkzeug"}), name
        assert ".commit(" not in source, name
        assert "datetime.now" not in source, name


def test_models_and_migrations_agree_on_the_tables_of_dossiers(session: Session) -> None:
    columns = set(
        session.execute(
            text(
                "select table_name || '.' || column_name from information_schema.columns"
                " where table_schema = 'public' and table_name in ('draft', 'dossier', 'step', 'attachment',"
                " 'dossier_secret', 'dossier_content', 'dossier_view', 'look_up_attempt', 'reference_series')"
            )
        ).scalars()
    )
    wanted = {
        f"{table.name}.{column.name}"
        for table in Base.metadata.tables.values()
        for column in table.columns
        if table.name in {name.partition(".")[0] for name in columns}
    }
    assert columns == wanted
