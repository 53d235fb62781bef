"""Two at the same dossier in the same moment: one act, and the other is told."""

import re
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from portal import clock
from portal.dossiers import commands
from portal.people.queries import Officer
from tests.desk.conftest import Desk, Page, Ward
from tests.filing import REGISTER_DAY, WARD_1, act, actor, officer_of, unit_id_of

CITY = "H06.31"
PATIENCE = 60.0


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(2) as threads:
        yield threads


@contextmanager
def in_the_middle(
    session: Session, pool: ThreadPoolExecutor, click: Callable[[], Page], first: Callable[[], object]
) -> Iterator[Future[Page]]:
    """Do `first` without committing, let the click run into its lock, then commit."""
    first()
    answer = pool.submit(click)
    try:
        deadline = time.monotonic() + PATIENCE
        while not _somebody_waits(session):
            assert time.monotonic() < deadline, "the click never came to wait"
            time.sleep(0.02)
        session.commit()
    finally:
        session.rollback()  # or the click would wait for ever
    yield answer


def _somebody_waits(session: Session) -> bool:
    return bool(session.execute(text("select count(*) from pg_locks where not granted")).scalar_one())


def do_uncommitted(session: Session, name: str, reference: str, by: Officer, seen: int, **facts: object) -> None:
    command: Callable[..., object] = getattr(commands, name)
    command(session, reference=reference, by=actor(by, session), seen=seen, at=clock.now(), on=REGISTER_DAY, **facts)


def test_two_clicks_in_the_same_moment_are_one_act(ward: Ward, receiver: Desk, pool: ThreadPoolExecutor) -> None:
    for _ in range(5):
        reference = ward.filed()
        clicks = [pool.submit(partial(receiver.do, reference, "receive", seen=1)) for _ in range(2)]
        assert [click.result().status for click in clicks] == [303, 303]
        assert ward.steps(reference) == ["filed", "received"]


def test_a_colleague_in_the_middle_of_the_same_act_is_named(
    ward: Ward, session: Session, receiver: Desk, pool: ThreadPoolExecutor
) -> None:
    reference = ward.filed()
    colleague = officer_of(session, WARD_1, "receiver")
    click = partial(receiver.do, reference, "ask-supplement", seen=1, reason="Thiếu.")
    first = partial(do_uncommitted, session, "receive", reference, colleague, 1)
    with in_the_middle(session, pool, click, first) as answer:
        page = answer.result(PATIENCE)
    assert page.status == 409
    assert "Lê Thị Một Cửa đã ghi “Tiếp nhận hồ sơ”" in page.summary[0]
    assert page.typed("ask-supplement-reason") == "Thiếu."
    assert page.seen == 2


def test_a_dossier_that_leaves_in_the_middle_is_said_to_be_gone(
    ward: Ward, session: Session, pool: ThreadPoolExecutor
) -> None:
    reference = ward.received()
    act(
        session,
        commands.pass_on,
        reference,
        officer_of(session, WARD_1, "leader"),
        to_unit_id=unit_id_of(session, CITY),
    )
    city, colleague = ward.desk("specialist", CITY), officer_of(session, CITY, "leader")
    click = partial(city.do, reference, "resolve", seen=3, outcome="refused", reason="Không.Hết.")
    first = partial(do_uncommitted, session, "pass_on", reference, colleague, 3, to_unit_id=unit_id_of(session, WARD_1))
    with in_the_middle(session, pool, click, first) as answer:
        page = answer.result(PATIENCE)
    assert page.status == 404
    assert "Hồ sơ không có ở đơn vị của bạn" in page.text
    assert "Không.Hết." in page.text, "what was written is given back"
    assert reference not in page.text
    assert ward.steps(reference)[-1] == "passed"


def test_a_dossier_that_left_before_the_click_gives_the_words_back_and_looks_like_none(
    ward: Ward, session: Session
) -> None:
    reference = ward.received()
    city, ward_id = ward.desk("specialist", CITY), unit_id_of(session, WARD_1)
    act(
        session,
        commands.pass_on,
        reference,
        officer_of(session, WARD_1, "leader"),
        to_unit_id=unit_id_of(session, CITY),
    )
    seen = city.open(reference).seen
    act(session, commands.pass_on, reference, officer_of(session, CITY, "leader"), to_unit_id=ward_id)
    facts = {"seen": str(seen), "ask-supplement-reason": "Thiếu bản vẽ, tờ số 3."}
    gone = Page(city.browser.post(f"/desk/dossiers/{reference}/ask-supplement", data=facts))
    none = Page(city.browser.post("/desk/dossiers/H06.31.01-200601-9999/ask-supplement", data=facts))
    assert gone.status == none.status == 404
    assert "Thiếu bản vẽ, tờ số 3." in gone.text
    assert without_chance(gone) == without_chance(none)
    empty = city.browser.post(f"/desk/dossiers/{reference}/take-up", data={"seen": str(seen)})
    assert empty.status_code == 404


def test_the_same_click_twice_is_one_where_the_first_took_it_out_of_reach(ward: Ward, session: Session) -> None:
    reference = ward.received()
    city = ward.desk("specialist", CITY)
    act(
        session,
        commands.pass_on,
        reference,
        officer_of(session, WARD_1, "leader"),
        to_unit_id=unit_id_of(session, CITY),
    )
    facts = {"seen": str(city.open(reference).seen), "pass-back-reason": "Nhầm đơn vị."}
    for _ in range(2):
        answer = city.browser.post(f"/desk/dossiers/{reference}/pass-back", data=facts)
        assert (answer.status_code, answer.headers["Location"]) == (303, "/desk")
    assert ward.steps(reference).count("passed_back") == 1


def without_chance(page: Page) -> str:
    """The page without what differs at every request, and without its own address."""
    return re.sub(r'name="csrf_token" value="[^"]*"|nonce="[^"]*"|/desk/dossiers/[^/]*/', "", page.source)
