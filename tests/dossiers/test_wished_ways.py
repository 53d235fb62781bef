"""How the result is wished to be returned: said at the filing, said anew, private, and gone with its person."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from portal import clock, sealing
from portal.dossiers import commands, drafts, erasure, proofs, queries, wished_ways, wishing
from portal.dossiers.life import Outcome, Way
from portal.dossiers.views import Dossier
from portal.dossiers.wished_ways import LONGEST, WishedWay
from portal.errors import Invalid, NotFound, Refused
from portal.people.queries import Person
from portal.transaction import unit_of_work
from tests import filing
from tests.counter.standing import begin, file_at_counter, fill, shown
from tests.dossiers.records import TABLES, record
from tests.filing import WARD_1, act, officer_of
from tests.representing import end, represent
from tests.signing_in import make_citizen

HOME, ELSEWHERE = "12 hẻm Mẫu Chuyển Phát, Phường 1", "5 ngõ Mẫu Đổi Ý, Phường 2"
BY_POST = WishedWay(Way.POST, HOME)


@pytest.fixture
def person(session: Session) -> Person:
    return make_citizen(session, name="Nguyễn Thị Mẫu An")


def filed(session: Session, person: Person, wished: WishedWay | None = None, **facts: Any) -> str:
    token = filing.draft(session, person, **facts)
    with unit_of_work(session):
        if wished is not None:
            drafts.choose_way(session, token=token, person_id=person.id, wished=wished, at=clock.now())
        done = commands.submit(
            session, token=token, person_id=person.id, language="vi", at=clock.now(), on=filing.REGISTER_DAY
        )
    return done.reference


def found(session: Session, reference: str) -> Dossier:
    dossier = queries.for_archive(session, reference)
    assert dossier is not None
    return dossier


def said(session: Session, reference: str) -> list[WishedWay]:
    return [one.wished for one in found(session, reference).said_ways]


def say(session: Session, reference: str, person: Person, wished: WishedWay) -> None:
    with unit_of_work(session):
        wishing.say(session, reference=reference, person_id=person.id, wished=wished, at=clock.now())


def resolved(session: Session, reference: str) -> None:
    act(session, commands.receive, reference, officer_of(session, WARD_1, "receiver"))
    leader = officer_of(session, WARD_1, "leader")
    act(session, commands.resolve, reference, leader, outcome=Outcome.REFUSED, reason="Không đủ.")


# --- What may be wished ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (f"  {HOME}\t", HOME),
        ("12 hẻm Mẫu\r\nPhường 1", "12 hẻm Mẫu Phường 1"),
        ("Thôn Ba", None),
        ("Hẻm Mẫu 9", "Hẻm Mẫu 9"),
        ("x" * LONGEST, "x" * LONGEST),
    ],
)
def test_an_address_is_kept_in_one_line_without_blanks_around_it(typed: str, kept: str | None) -> None:
    if kept is None:
        with pytest.raises(Invalid):
            wished_ways.read(Way.POST, typed)
    else:
        assert wished_ways.read(Way.POST, typed) == WishedWay(Way.POST, kept)


@pytest.mark.parametrize(
    ("way", "address", "problem"),
    [
        (None, HOME, ("wished_way", "missing")),
        (Way.POST, "", ("delivery_address", "missing")),
        (Way.POST, " \n ", ("delivery_address", "missing")),
        (Way.POST, "Thôn 3", ("delivery_address", "no_address")),
        (Way.POST, "12345678 90", ("delivery_address", "no_address")),
        (Way.POST, "x" * (LONGEST + 1), ("delivery_address", "too_long")),
        (Way.POST, "x" * 1_000_000, ("delivery_address", "too_long")),
        (Way.POST, "12 hẻm Mẫu\x00, Phường 1", ("delivery_address", "control_characters")),
        (Way.POST, "12 hẻm \u202emẫu, Phường 1", ("delivery_address", "control_characters")),
    ],
)
def test_what_is_missing_or_wrong_is_said(way: Way | None, address: str, problem: tuple[str, str]) -> None:
    with pytest.raises(Invalid) as refused:
        wished_ways.read(way, address)
    assert [(one.field, one.code) for one in refused.value.problems] == [problem]  # type: ignore[attr-defined]


@pytest.mark.parametrize("way", [Way.ONLINE, Way.COUNTER])
@pytest.mark.parametrize("address", ["", HOME, "x" * 1000, "\x00"])
def test_only_what_is_posted_has_an_address(way: Way, address: str) -> None:
    assert wished_ways.read(way, address) == WishedWay(way)


@pytest.mark.parametrize(
    ("channel", "address", "meant"),
    [
        ("online", HOME, WishedWay(Way.ONLINE)),
        ("counter", HOME, WishedWay(Way.COUNTER)),
        ("post", HOME, BY_POST),
        ("post", None, None),
    ],
)
def test_who_chooses_nothing_means_the_way_by_which_they_file(
    channel: str, address: str | None, meant: WishedWay | None
) -> None:
    assert wished_ways.meant(None, channel=channel, address=address) == meant
    assert wished_ways.meant(BY_POST, channel=channel, address=address) == BY_POST


# --- At the filing --------------------------------------------------------------------------------------------------


def test_a_dossier_keeps_what_was_chosen_and_who_said_it_when(session: Session, person: Person) -> None:
    dossier = found(session, filed(session, person, BY_POST))
    (only,) = dossier.said_ways
    assert (only.wished, only.person_id, only.officer_id) == (BY_POST, person.id, None)
    assert only.at == dossier.filed_at
    assert dossier.offered_way is Way.POST


def test_nobody_has_to_choose(session: Session, person: Person) -> None:
    assert said(session, filed(session, person)) == [WishedWay(Way.ONLINE)]


@pytest.mark.parametrize(
    ("channel", "meant"), [("counter", WishedWay(Way.COUNTER)), ("post", WishedWay(Way.POST, shown().address))]
)
def test_at_the_counter_it_is_as_the_papers_came_until_somebody_says_otherwise(
    session: Session, channel: str, meant: WishedWay
) -> None:
    officer = officer_of(session, WARD_1, "receiver")
    (only,) = found(session, file_at_counter(session, officer, channel=channel)).said_ways
    assert (only.wished, only.person_id, only.officer_id) == (meant, None, officer.id)


def test_the_officer_writes_down_what_whoever_stands_there_says(session: Session) -> None:
    officer = officer_of(session, WARD_1, "receiver")
    token = begin(session, officer)
    person_id = fill(session, officer, token)
    with unit_of_work(session):
        drafts.choose_way(session, token=token, person_id=person_id, wished=BY_POST, at=clock.now())
        reference = commands.submit(
            session, token=token, person_id=person_id, language="vi", at=clock.now(), on=filing.REGISTER_DAY
        ).reference
    assert said(session, reference) == [BY_POST]


def test_who_goes_on_for_themself_chooses_anew(session: Session, person: Person) -> None:
    agent = make_citizen(session, name="Trần Văn Mẫu Bình")
    token = filing.draft(session, agent, mandate_id=represent(session, person, agent))
    with unit_of_work(session):
        drafts.choose_way(session, token=token, person_id=agent.id, wished=BY_POST, at=clock.now())
    with unit_of_work(session):
        drafts.for_oneself(session, token=token, person_id=agent.id, at=clock.now())
    draft = queries.draft(session, token, person_id=agent.id)
    assert draft is not None
    assert draft.chosen_way is None


def test_a_draft_of_somebody_else_has_no_way_to_choose(session: Session, person: Person) -> None:
    token = filing.draft(session, person)
    with pytest.raises(NotFound), unit_of_work(session):
        drafts.choose_way(session, token=token, person_id=make_citizen(session).id, wished=BY_POST, at=clock.now())


# --- Said anew ------------------------------------------------------------------------------------------------------


def test_a_later_wish_holds_and_what_was_said_before_is_kept(session: Session, person: Person) -> None:
    reference = filed(session, person)
    elsewhere = WishedWay(Way.POST, ELSEWHERE)
    for wished in (BY_POST, elsewhere, elsewhere, BY_POST):
        say(session, reference, person, wished)
    dossier = found(session, reference)
    assert said(session, reference) == [WishedWay(Way.ONLINE), BY_POST, elsewhere, BY_POST]
    assert {one.person_id for one in dossier.said_ways} == {person.id}
    assert [one.at for one in dossier.said_ways] == sorted(one.at for one in dossier.said_ways)
    assert dossier.wished == dossier.said_ways[-1]


def test_it_may_be_said_until_the_result_is_returned_and_again_where_that_is_taken_back(
    session: Session, person: Person
) -> None:
    reference = filed(session, person)
    resolved(session, reference)
    say(session, reference, person, BY_POST)
    desk = officer_of(session, WARD_1, "receiver")
    act(session, commands.return_result, reference, desk, way=Way.POST)
    with pytest.raises(Refused) as refused:
        say(session, reference, person, WishedWay(Way.COUNTER))
    assert refused.value.code == "wrong_state"
    act(session, commands.take_back, reference, desk, reason="Bưu tá mang trả.")
    say(session, reference, person, WishedWay(Way.COUNTER))
    assert said(session, reference)[1:] == [BY_POST, WishedWay(Way.COUNTER)]


@pytest.mark.parametrize("end_it", [commands.decline, commands.withdraw])
def test_where_no_result_comes_there_is_nothing_to_wish(
    session: Session, person: Person, end_it: Callable[..., Any]
) -> None:
    reference = filed(session, person)
    by = person if end_it is commands.withdraw else officer_of(session, WARD_1, "receiver")
    act(session, end_it, reference, by, reason="Không cần nữa.")
    with pytest.raises(Refused):
        say(session, reference, person, BY_POST)
    assert said(session, reference) == [WishedWay(Way.ONLINE)]


def test_a_stranger_wishes_nothing_and_whoever_filed_it_as_long_as_the_mandate_holds(
    session: Session, person: Person
) -> None:
    agent = make_citizen(session, name="Trần Văn Mẫu Bình")
    mandate_id = represent(session, person, agent)
    reference = filed(session, agent, mandate_id=mandate_id)
    say(session, reference, agent, BY_POST)
    say(session, reference, person, WishedWay(Way.COUNTER))
    end(session, mandate_id, person)
    for nobody in (agent, make_citizen(session)):
        with pytest.raises(NotFound):
            say(session, reference, nobody, WishedWay(Way.POST, ELSEWHERE))
    assert [one.person_id for one in found(session, reference).said_ways] == [agent.id, agent.id, person.id]


def test_it_is_not_changed_for_ever(session: Session, person: Person) -> None:
    reference = filed(session, person)
    addresses = [WishedWay(Way.POST, f"{number} hẻm Mẫu, Phường 1") for number in range(wishing.MOST)]
    for wished in addresses[:-1]:
        say(session, reference, person, wished)
    with pytest.raises(Refused) as refused:
        say(session, reference, person, addresses[-1])
    assert (refused.value.code, refused.value.facts["limit"]) == ("too_many_wishes", wishing.MOST)
    assert found(session, reference).wished == found(session, reference).said_ways[-1]
    assert said(session, reference)[-1] == addresses[-2]


# --- Private --------------------------------------------------------------------------------------------------------


def test_it_is_no_act_and_no_entry_or_commitment_knows_of_it(session: Session, person: Person) -> None:
    reference = filed(session, person, BY_POST)
    before = record(session, reference)
    say(session, reference, person, WishedWay(Way.POST, ELSEWHERE))
    assert record(session, reference) == before
    fields = proofs.fields_of(found(session, reference), 0)
    assert not {one for one in fields if "way" in one or "delivery" in one}
    assert HOME not in str(fields)
    evidence = proofs.of_act(session, found(session, reference), 0)
    assert evidence.receipt.opening is not None


def test_it_rests_sealed(session: Session, person: Person) -> None:
    reference = filed(session, person, BY_POST)
    say(session, reference, person, WishedWay(Way.POST, ELSEWHERE))
    token = filing.draft(session, person)
    with unit_of_work(session):
        drafts.choose_way(session, token=token, person_id=person.id, wished=BY_POST, at=clock.now())
    for table in (*TABLES, "draft"):
        rows = session.execute(text(f"select t::text from {table} t")).scalars().all()
        assert rows or table == "procrastinate_jobs"
        assert not [row for row in rows if "Chuyển Phát" in row], table
    for column in ("wished_ways from dossier_content", "wished_way from draft"):
        (resting,) = session.execute(text(f"select {column}")).scalars()
        assert HOME.encode() not in bytes(resting)
        assert HOME.encode() in sealing.unseal(bytes(resting))


def test_it_goes_with_its_person(session: Session, person: Person) -> None:
    reference = filed(session, person, BY_POST)
    token = filing.draft(session, person)
    with unit_of_work(session):
        drafts.choose_way(session, token=token, person_id=person.id, wished=BY_POST, at=clock.now())
    act(session, commands.withdraw, reference, person, reason="Không cần nữa.")
    with unit_of_work(session):
        erasure.erase_person(session, reference=reference, at=clock.now())
    assert found(session, reference).said_ways == ()
    left = "select count(*) from dossier_content where wished_ways is not null"
    assert session.execute(text(left)).scalar_one() == 0
    assert session.execute(text("select count(*) from draft")).scalar_one() == 0


def test_a_dossier_of_before_has_no_wish_until_its_person_says_one(session: Session, person: Person) -> None:
    reference = filed(session, person)
    with unit_of_work(session):
        session.execute(text("update dossier_content set wished_ways = null"))
    dossier = found(session, reference)
    assert (dossier.wished, dossier.said_ways, dossier.offered_way) == (None, (), Way.ONLINE)
    say(session, reference, person, BY_POST)
    assert said(session, reference) == [BY_POST]


def test_what_is_kept_can_be_read_again() -> None:
    at = datetime(2026, 11, 2, 1, 2, 3, tzinfo=UTC)
    first = wished_ways.first(BY_POST, at=at, person_id=None, officer_id=7)
    both = wished_ways.said_anew(first, WishedWay(Way.ONLINE), at=at, person_id=8)
    assert [(one.wished, one.at, one.person_id, one.officer_id) for one in wished_ways.of_dossier(both)] == [
        (BY_POST, at, None, 7),
        (WishedWay(Way.ONLINE), at, 8, None),
    ]
    assert wished_ways.first(None, at=at, person_id=1, officer_id=None) is None
    assert wished_ways.of_dossier(None) == ()
    assert wished_ways.of_json(None) is None
    assert wished_ways.of_json(wished_ways.to_json(BY_POST)) == BY_POST
