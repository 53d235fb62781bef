"""Search through synonyms, over the portal's own catalogue and its list of everyday phrases."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from portal.procedures import queries, sources
from portal.procedures.queries import Filters
from portal.synonyms import commands, source
from portal.synonyms.commands import Wanted
from portal.transaction import unit_of_work

AT = datetime(2026, 6, 1, 3, 0, tzinfo=UTC)


def codes(session: Session, q: str) -> list[str]:
    return [row.code for row in queries.search(session, q=q, at=AT).rows]


@pytest.mark.parametrize("entry", source.read(), ids=lambda entry: entry.phrase)
def test_every_phrase_of_the_list_finds_what_it_names(session: Session, entry: source.Entry) -> None:
    found = codes(session, entry.phrase)
    assert found
    assert found[: len(entry.codes)] == list(entry.codes)


@pytest.mark.parametrize(
    ("q", "first"),
    [
        ("mở quán cà phê", "1.001612"),
        ("mo quan ca phe", "1.001612"),
        ("toi muon mo quan ca phe o vung tau", "1.001612"),
        ("mở quán cà phe", "1.001612"),
        ("mở qaun cà phê", "1.001612"),
        ("mo quan ca ph", "1.001612"),
        ("lam hon thu", "1.000894"),
        ("xin gplx", "1.002809"),
        ("sang ten nha", "2.000889"),
    ],
)
def test_everyday_words_find_the_official_name(session: Session, q: str, first: str) -> None:
    assert codes(session, q)[0] == first


def test_the_counts_beside_the_list_count_what_synonyms_found(session: Session) -> None:
    page = queries.search(session, q="mở quán cà phê", at=AT)
    counted = queries.facets(session, q="mở quán cà phê", filters=Filters(), way=page.way, at=AT)
    assert counted.total == len(page.rows)


def test_a_synonym_of_an_editor_counts_at_once_and_until_it_is_removed(session: Session) -> None:
    before = codes(session, "cho thuê xe đạp đôi")
    assert before[:1] != ["1.001612"]
    with unit_of_work(session):
        made = commands.add(session, Wanted("cho thuê xe đạp đôi", ("1.001612",)), by=None, at=AT)
    assert codes(session, "cho thue xe dap doi")[0] == "1.001612"
    with unit_of_work(session):
        commands.remove(session, made, by=None, at=AT)
    assert codes(session, "cho thuê xe đạp đôi") == before


def test_pages_of_a_search_through_synonyms_follow_each_other(session: Session) -> None:
    whole = codes(session, "kinh doanh")
    with unit_of_work(session):
        commands.add(session, Wanted("kinh doanh", tuple(reversed(whole)), "đăng ký"), by=None, at=AT)
    expected = [row.code for row in queries.search(session, q="kinh doanh", limit=100, at=AT).rows]
    assert expected[: len(whole)] == list(reversed(whole))
    found, after = [], None
    for _page in range(len(expected)):
        page = queries.search(session, q="kinh doanh", after=after, limit=3, at=AT)
        found += [row.code for row in page.rows]
        after = page.after
        if after is None:
            break
    assert found == expected


def test_the_file_of_synonyms_is_no_procedure() -> None:
    assert source.FILE not in sources.find([sources.CATALOGUE])
    assert source.FILE.parent == Path(sources.CATALOGUE)
