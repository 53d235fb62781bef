"""Who finds a place, who waits, who is asked to come back: the gates, driven directly."""

import io
import itertools
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest
from werkzeug.exceptions import MethodNotAllowed
from werkzeug.test import Client, EnvironBuilder, TestResponse

from portal import crowd_page
from portal.gates import READ_FIRST, Gate, Gates, Kind, kind_of
from portal.held import Held

LONG = 60.0  # nobody waits so long in these tests: whoever is refused was refused at once
SEARCH, PAGE, DESK, DRAFTS = "/procedures?q=khai+sinh", "/track", "/desk", "/account"
DOWNLOAD = "/ledger.csv"


def until(condition: Callable[[], bool]) -> None:
    end = threading.Event()
    for _ in range(6000):
        if condition():
            return
        end.wait(0.01)
    raise AssertionError("it never came to that")


# --- One gate ------------------------------------------------------------------------------------------------------


@contextmanager
def waiting(gate: Gate, *clients: str) -> Iterator[list["Future[bool]"]]:
    """They come one after another to a gate that is full."""
    with ThreadPoolExecutor(len(clients)) as threads:
        found = []
        for number, client in enumerate(clients, start=gate.waiting + 1):
            found.append(threads.submit(gate.enter, client))
            until(lambda number=number: gate.waiting == number)  # type: ignore[misc]
        yield found


def test_who_finds_no_place_gets_the_next_one_in_order() -> None:
    gate = Gate(1, 4, LONG)
    assert gate.enter("a")
    with waiting(gate, "b", "c") as (second, third):
        gate.leave("a")
        assert second.result()
        assert not third.done()
        gate.leave("b")
        assert third.result()
    gate.leave("c")
    assert gate.enter("d")


def test_who_finds_neither_place_nor_chair_is_refused_at_once() -> None:
    gate = Gate(1, 2, LONG)
    gate.enter("a")
    with waiting(gate, "b", "c"):
        assert not gate.enter("d")
        gate.leave("a")
        gate.leave("b")
    assert gate.waiting == 0


def test_nobody_waits_longer_than_it_says_and_then_nothing_is_left_of_them() -> None:
    gate = Gate(1, 2, 0.01)
    gate.enter("a")
    assert not gate.enter("b")
    assert gate.waiting == 0
    gate.leave("a")
    assert gate.enter("c")


def test_who_would_wait_too_long_by_the_pace_of_late_does_not_wait_at_all() -> None:
    now = [0.0]
    gate = Gate(1, 8, LONG, now=lambda: now[0])
    gate.enter("a")
    with waiting(gate, "b") as (second,):
        now[0] += 400
        gate.leave("a")
        assert second.result()
    with waiting(gate, "c") as (third,):  # the first may always wait
        assert not gate.enter("d")
        now[0] += 1
        gate.leave("b")
        assert third.result()
    for before, client in itertools.pairwise("cdefghi"):  # and so it is seen that it goes faster again
        with waiting(gate, client) as (following,):
            now[0] += 1
            gate.leave(before)
            assert following.result()
    with waiting(gate, "y", "z"):
        gate.leave("i")
        gate.leave("y")


def test_a_free_place_goes_to_whose_client_has_the_fewest() -> None:
    gate = Gate(2, 8, LONG)
    gate.enter("crowd")
    gate.enter("crowd")
    with waiting(gate, "crowd", "crowd", "one") as (first, second, third):
        gate.leave("crowd")
        assert third.result()
        assert not (first.done() or second.done())
        gate.leave("one")
        assert first.result()
        gate.leave("crowd")
        assert second.result()


def test_one_client_has_half_of_the_chairs() -> None:
    gate = Gate(1, 4, LONG)
    gate.enter("crowd")
    with waiting(gate, "crowd", "crowd"):
        assert not gate.enter("crowd")
        with waiting(gate, "one") as (one,):
            for _ in range(3):
                gate.leave("crowd")
            assert one.result()


def test_a_place_stays_free_that_one_client_may_not_have_too() -> None:
    gate = Gate(3, 4, LONG, each=2)
    gate.enter("a")
    gate.enter("a")
    with waiting(gate, "a") as (third,):
        assert gate.enter("b")
        gate.leave("b")
        assert not third.done()
        gate.leave("a")
        assert third.result()


# --- All of them around an application -----------------------------------------------------------------------------


@dataclass
class Slow:
    """An application whose answers come when they are let go, but for what is asked under `quick`."""

    quick: tuple[str, ...] = ()
    let_go: threading.Event = field(default_factory=threading.Event)
    inside: list[str] = field(default_factory=list)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        if environ["PATH_INFO"] not in self.quick:
            self.inside.append(environ["PATH_INFO"])
            assert self.let_go.wait(LONG)
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [b"served"]


COME_BACK = crowd_page.Answers(asked=b"asked", sent=b"sent", machine=b"{}", fixed={"X-Fixed": "yes"})


def around(app: Callable[..., object], *, seconds: float = LONG, hops: int = 0) -> Gates:
    """With a place and a chair of each kind; who has any cookie is signed in as what it says."""
    own = {kind: Gate(1, 1, seconds) for kind in Kind}
    return Gates(app, gates=own, signed_in=lambda cookies: cookies, come_back=COME_BACK, hops=hops)  # type: ignore[arg-type]


def get(app: Gates, path: str, account: str = "") -> TestResponse:
    answer = Client(app, use_cookies=False).get(path, headers={"Cookie": account})
    answer.get_data()
    answer.close()
    return answer


@contextmanager
def full(app: Slow, gated: Gates, path: str, account: str = "") -> Iterator[list["Future[TestResponse]"]]:
    """The place and the chair of that kind are taken; on leaving the application lets go."""
    kind = kind_of(EnvironBuilder(path).get_environ(), bool(account))
    before = len(app.inside)
    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(get, gated, path, account)
        until(lambda: len(app.inside) == before + 1)
        second = threads.submit(get, gated, path, account)
        until(lambda: gated._gates[kind].waiting == 1)
        yield [first, second]
        app.let_go.set()


CROWDS = [(SEARCH, ""), (DOWNLOAD, ""), (PAGE, ""), (DRAFTS, "citizen"), (DESK, "officer")]


@pytest.mark.parametrize("crowd", CROWDS)
def test_a_crowd_of_one_kind_is_refused_and_keeps_nobody_else_waiting(crowd: tuple[str, str]) -> None:
    others = [("/healthz", ""), ("/readyz", ""), ("/static/app.css", "")]
    others += [(path, account) for path, account in CROWDS if (path, account) != crowd]
    app = Slow(quick=tuple(path.partition("?")[0] for path, _account in others))
    gated = around(app)
    with full(app, gated, *crowd) as answers:
        refused = get(gated, *crowd)
        assert (refused.status_code, refused.headers["Retry-After"]) == (503, "10")
        assert [get(gated, *other).status_code for other in others] == [200] * len(others)
    assert [answer.result().text for answer in answers] == ["served", "served"]
    assert get(gated, *crowd).status_code == 200


def test_who_is_refused_has_cost_the_application_nothing_and_leaves_the_connection() -> None:
    app = Slow()
    gated = around(app)
    with full(app, gated, PAGE):
        refused = get(gated, PAGE)
    assert len(app.inside) == 2
    assert refused.text == "asked"
    assert refused.headers["Connection"] == "close"
    assert refused.headers["Cache-Control"] == "no-store"
    assert refused.headers["X-Fixed"] == "yes"


@pytest.mark.parametrize(
    ("method", "path", "said", "kind"),
    [
        ("GET", "/track", "asked", "text/html; charset=utf-8"),
        ("HEAD", "/track", "", "text/html; charset=utf-8"),
        ("POST", "/track", "sent", "text/html; charset=utf-8"),
        ("GET", "/ledger.json", "{}", "application/problem+json"),
        ("GET", "/api/v1/units", "{}", "application/problem+json"),
    ],
)
def test_each_is_refused_in_words_of_their_own(method: str, path: str, said: str, kind: str) -> None:
    gated = around(Slow())
    gated._gates = {Kind.PUBLIC: Gate(0, 0, LONG)}
    refused = Client(gated).open(path, method=method)
    assert (refused.status_code, refused.text, refused.headers["Content-Type"]) == (503, said, kind)


def test_who_reads_slowly_has_no_place_once_the_answer_is_made() -> None:
    gated = around(Slow(quick=(PAGE,)), seconds=0.01)
    answers = [gated(EnvironBuilder(PAGE).get_environ(), lambda *_: lambda _data: None) for _ in range(3)]
    assert [b"".join(answer) for answer in answers] == [b"served"] * 3


def test_the_place_of_a_download_is_free_once_all_of_it_is_handed_over_and_once_only() -> None:
    def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterator[bytes]:
        start_response("200 OK", [])
        yield b"one"
        yield b"two"

    gated = around(application, seconds=0.01)
    environ = EnvironBuilder(DOWNLOAD).get_environ()
    answer = gated(dict(environ), lambda *_: lambda _data: None)
    assert next(iter(answer)) == b"one"
    assert get(gated, DOWNLOAD).status_code == 503
    answer.close()  # type: ignore[attr-defined]
    answer.close()  # type: ignore[attr-defined]
    assert gated._gates[Kind.DOWNLOAD]._inside == {}
    assert get(gated, DOWNLOAD).text == "onetwo"


def test_an_application_that_breaks_gives_its_place_back() -> None:
    def application(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        raise MethodNotAllowed

    gated = around(application, seconds=0.01)
    for _ in range(3):
        with pytest.raises(MethodNotAllowed):
            get(gated, PAGE)


def test_what_is_sent_is_read_before_a_place_is_taken_unless_it_is_a_whole_file() -> None:
    taken: list[int] = []

    class Sent(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            taken.append(sum(gate._inside.total() for gate in gated._gates.values()))
            return super().read(size)

    def application(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        start_response("200 OK", [])
        return [str(len(environ["wsgi.input"].read())).encode()]

    gated = around(application)
    for length, places in [(READ_FIRST, 0), (READ_FIRST + 1, 1)]:
        environ: WSGIEnvironment = EnvironBuilder("/drafts/x", method="POST").get_environ()
        environ |= {"HTTP_COOKIE": "citizen", "wsgi.input": Sent(b"x" * length), "CONTENT_LENGTH": str(length)}
        answer = gated(environ, lambda *_: lambda _data: None)
        assert b"".join(answer) == str(length).encode()
        assert taken.pop() == places
        taken.clear()


def test_a_page_that_is_held_is_given_on_when_there_is_no_place_to_ask_for_a_newer() -> None:
    now = [0.0]

    def application(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        start_response("200 OK", [("ETag", '"x"')])
        return [b"whole"]

    gated = around(application)
    visitor = Client(Held(gated))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("portal.held.time.monotonic", lambda: now[0])
        assert visitor.get("/ledger/checkpoint").text == "whole"
        gated._gates = dict.fromkeys(Kind, Gate(0, 0, LONG))
        for _ in range(3):
            now[0] += 100
            assert visitor.get("/ledger/checkpoint").text == "whole"
        assert visitor.get("/ledger/feed.atom").status_code == 503
