"""Writing a revision: several editors, one text, a second person's approval, and nothing lost."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.errors import Invalid, NotFound, PortalError, Refused
from portal.extensions import db
from portal.procedures import drafting, manuscripts, writable
from portal.procedures.drafting import Overtaken
from portal.transaction import unit_of_work
from tests.procedures.files import content
from tests.procedures.writing import AT, CODE, approved, begin, editor, publish, read

LATER = AT + timedelta(minutes=5)
KNOWN = "1.001193"


def save(session: Session, id: int, version: int, officer_id: int, **said: Any) -> int:
    with unit_of_work(session):
        return drafting.save(session, id=id, version=version, content=said, officer_id=officer_id, at=LATER)


def act(session: Session, does: Callable[..., Any], id: int, version: int, officer_id: int, **more: Any) -> None:
    with unit_of_work(session):
        does(session, id=id, version=version, officer_id=officer_id, at=LATER, **more)


def refusal(session: Session, does: Callable[..., Any], id: int, version: int, officer_id: int, **more: Any) -> str:
    with pytest.raises(PortalError) as refused:
        act(session, does, id, version, officer_id, **more)
    return refused.value.code


def test_a_new_procedure_begins_empty_and_says_what_it_lacks(session: Session) -> None:
    found = read(session, begin(session, editor(session)))
    assert (found.code, found.state, found.version, found.base, found.next_number) == (CODE, "writing", 1, None, 1)
    lacks = {finding.path for finding in manuscripts.checks(session, found, at=AT).errors}
    assert {"name.vi", "name.en", "summary.vi", "field", "result.en"} <= lacks
    assert manuscripts.preview(found, at=AT) is not None


def test_a_known_procedure_begins_with_what_its_newest_revision_says(session: Session) -> None:
    found = read(session, begin(session, editor(session), code=KNOWN))
    assert found.base is not None
    assert (found.base.number, found.newest, found.next_number, found.is_behind) == (1, 1, 2, False)
    assert {*found.base.content} - {*found.content} == {"revision", "valid_from", "decision"}
    assert found.name.vi == "Đăng ký khai sinh"
    assert manuscripts.checks(session, found, at=AT).errors == ()


def test_a_procedure_is_written_by_one_manuscript_at_a_time(session: Session) -> None:
    id = begin(session, editor(session))
    with pytest.raises(Refused) as refused:
        begin(session, editor(session))
    assert (refused.value.code, refused.value.facts["id"]) == ("manuscript_open", id)
    act(session, drafting.discard, id, 1, editor(session))
    assert begin(session, editor(session)) != id


@pytest.mark.parametrize("code", ["", "1", "1.00119", "../1.001193", "1.001193.000.00.00.H6", "1.001193\n"])
def test_a_code_that_is_none_begins_nothing(session: Session, code: str) -> None:
    with pytest.raises(Invalid, match="bad_code"):
        begin(session, editor(session), code=code)


def test_an_unknown_revision_cannot_be_copied(session: Session) -> None:
    with pytest.raises(NotFound):
        begin(session, editor(session), code=KNOWN, copy_of=7)


def test_an_incomplete_text_is_kept_as_it_is(session: Session) -> None:
    who = editor(session)
    id = begin(session, who)
    assert (
        save(session, id, 1, who, name={"vi": "Một"}, form={"sections": "?"}, revision=9, decision={"number": "x"}) == 2
    )
    found = read(session, id)
    assert found.content == {"code": CODE, "name": {"vi": "Một"}, "form": {"sections": "?"}}
    assert manuscripts.preview(found, at=AT) is None


def test_saving_the_same_again_changes_nothing(session: Session) -> None:
    who = editor(session)
    id = begin(session, who)
    assert save(session, id, 1, who, keywords=["a"]) == 2
    assert save(session, id, 1, who, keywords=["a"]) == 2
    assert [step.act for step in read(session, id).trail] == ["begun", "saved"]


def test_the_second_save_is_told_what_changed_and_loses_nothing(session: Session) -> None:
    first, second = editor(session), editor(session)
    id = begin(session, first, code=KNOWN)
    text_then = dict(read(session, id).content)
    save(session, id, 1, first, **{**text_then, "name": {"vi": "Khai sinh", "en": "Births"}})
    with pytest.raises(Overtaken) as overtaken:
        save(session, id, 1, second, **{**text_then, "keywords": ["em bé"]})
    error = overtaken.value
    assert (error.version, error.by, error.at) == (2, "Lê Mẫu Biên Tập", LATER)
    assert [(change.kind, change.member) for change in error.changes] == [("changed", "name")]
    assert error.content["name"]["vi"] == "Khai sinh"
    assert read(session, id).version == 2
    assert save(session, id, error.version, second, **{**error.content, "keywords": ["em bé"]}) == 3


def test_of_two_saves_at_once_one_is_told_of_the_other(app: Flask, session: Session) -> None:
    officers = [editor(session), editor(session)]
    id = begin(session, officers[0])
    start = threading.Barrier(2)

    def write(officer_id: int) -> str:
        with app.app_context(), Session(db.engine) as own:
            start.wait(10)
            try:
                save(own, id, 1, officer_id, keywords=[str(officer_id)])
            except Overtaken as error:
                return f"told of version {error.version}"
            return "saved"

    with ThreadPoolExecutor(2) as both:
        assert sorted(both.map(write, officers)) == ["saved", "told of version 2"]
    assert read(session, id).version == 2


def test_going_back_makes_an_earlier_text_the_newest(session: Session) -> None:
    who = editor(session)
    id = begin(session, who)
    save(session, id, 1, who, keywords=["a"])
    save(session, id, 2, who, keywords=["b"])
    act(session, drafting.restore, id, 3, who, to_version=2)
    assert (read(session, id).version, read(session, id).content["keywords"]) == (4, ["a"])
    with pytest.raises(NotFound):
        act(session, drafting.restore, id, 4, who, to_version=99)


def test_who_wrote_on_it_cannot_approve_it(session: Session) -> None:
    first, second, third = editor(session), editor(session), editor(session)
    id = begin(session, first, content=content())
    save(session, id, 1, second, **content(keywords=["x"]))
    act(session, drafting.hand_in, id, 2, third)
    for writer in (first, second):
        assert not read(session, id).may_approve(writer)
        assert refusal(session, drafting.approve, id, 2, writer) == "own_manuscript"
    assert read(session, id).may_approve(third)
    act(session, drafting.approve, id, 2, third)
    found = read(session, id)
    assert (found.state, found.approved_by, found.approved_at) == ("approved", "Lê Mẫu Biên Tập", LATER)


def test_what_is_wrong_is_not_approved_and_every_error_named(session: Session) -> None:
    id = begin(session, editor(session))
    act(session, drafting.hand_in, id, 1, editor(session))
    with pytest.raises(Invalid) as refused:
        act(session, drafting.approve, id, 1, editor(session))
    assert refused.value.code == "manuscript_invalid"
    assert len(refused.value.problems) > 5
    assert read(session, id).state == "in_review"


def test_the_text_is_fixed_from_handing_in_until_it_is_sent_back(session: Session) -> None:
    who = editor(session)
    id = approved(session, content())
    with pytest.raises(Refused, match="not_in_writing"):
        save(session, id, 1, who, keywords=["x"])
    assert refusal(session, drafting.send_back, id, 1, who, reason="  ") == "no_reason"
    assert refusal(session, drafting.send_back, id, 1, who, reason="x" * 2001) == "reason_too_long"
    act(session, drafting.send_back, id, 1, who, reason="Thiếu lệ phí")
    found = read(session, id)
    assert (found.state, found.approved_by, found.trail[-1].reason) == ("writing", None, "Thiếu lệ phí")
    assert refusal(session, drafting.approve, id, 1, who) == "not_in_review"


@pytest.mark.parametrize("does", [drafting.hand_in, drafting.approve, drafting.discard, drafting.follow])
def test_no_act_goes_through_on_a_text_that_was_changed_meanwhile(session: Session, does: Callable[..., Any]) -> None:
    who = editor(session)
    id = begin(session, who)
    save(session, id, 1, who, keywords=["x"])
    assert refusal(session, does, id, 1, who) == "overtaken"


def test_a_closed_manuscript_is_left_alone_and_its_trail_stays(session: Session) -> None:
    who = editor(session)
    id = begin(session, who)
    act(session, drafting.discard, id, 1, who)
    assert refusal(session, drafting.hand_in, id, 1, who) == "manuscript_closed"
    assert [step.act for step in read(session, id).trail] == ["begun", "discarded"]
    for statement in (
        "delete from manuscript_step",
        "update manuscript_step set act = 'x'",
        "truncate manuscript_step",
    ):
        with pytest.raises(IntegrityError, match="stays"):
            session.execute(text(statement))
        session.rollback()


@pytest.mark.parametrize("id", [0, -1, 5, 2**63, 2**70])
def test_what_is_not_there_is_not_found(session: Session, id: int) -> None:
    who = editor(session)
    assert manuscripts.manuscript(session, id) is None
    assert refusal(session, drafting.hand_in, id, 1, who) == "not_found"


def test_a_revision_published_meanwhile_is_seen_and_can_be_followed(session: Session) -> None:
    publish(session, approved(session, content()))
    who = editor(session)
    id = begin(session, who)
    act(session, drafting.discard, id, 1, who)
    publish(session, approved(session, content(keywords=["mới"]), at=LATER), at=LATER)
    session.execute(text("update manuscript set state = 'writing' where id = :id"), {"id": id})
    session.commit()
    assert read(session, id).is_behind
    act(session, drafting.follow, id, 1, who)
    found = read(session, id)
    assert (found.is_behind, found.base.number if found.base else None) == (False, 2)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"name": "\x00"}, "content_unreadable"),
        ({"name": "\ud800"}, "content_unreadable"),
        ({"name": float("nan")}, "content_unreadable"),
        ({"name": {1, 2}}, "content_unreadable"),
        ({"name": "x" * 10_000_000}, "content_too_large"),
    ],
)
def test_what_cannot_be_kept_is_refused(session: Session, said: dict[str, Any], code: str) -> None:
    who = editor(session)
    id = begin(session, who)
    with pytest.raises(Invalid, match=code):
        save(session, id, 1, who, **said)


def test_a_text_nested_without_end_is_refused() -> None:
    nested: Any = []
    for _ in range(5000):
        nested = [nested]
    with pytest.raises(Invalid, match="content_unreadable"):
        writable.kept({"name": nested}, code=CODE)


words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=20)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63) | words,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(words, inner, max_size=4),
    max_leaves=20,
)


@given(st.dictionaries(words, values, max_size=5))
def test_whatever_is_kept_is_kept_unchanged(said: dict[str, Any]) -> None:
    once = writable.kept(said, code=CODE)
    assert once["code"] == CODE
    assert writable.kept(once, code=CODE) == once
    assert all(once[key] == said[key] for key in once if key != "code")


def test_the_list_shows_what_is_open_last_written_first_page_by_page(session: Session) -> None:
    who = editor(session)
    ids = [begin(session, who, code=f"9.00000{n}", at=AT + timedelta(minutes=n)) for n in range(1, 6)]
    first = manuscripts.manuscripts(session, limit=2)
    assert [row.id for row in first.rows] == [ids[4], ids[3]]
    second = manuscripts.manuscripts(session, limit=2, after=first.after)
    assert [row.id for row in second.rows] == [ids[2], ids[1]]
    assert [row.id for row in manuscripts.manuscripts(session, limit=2, after="?~").rows] == [ids[4], ids[3]]
    session.rollback()
    act(session, drafting.discard, ids[4], 1, who)
    assert len(manuscripts.manuscripts(session).rows) == 4
    assert len(manuscripts.manuscripts(session, all=True).rows) == 5
