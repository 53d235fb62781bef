"""Reading from a server that nobody trusts, and from a folder."""

import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from itertools import repeat
from pathlib import Path

import pytest

from portal.ledger.verify.findings import Report
from portal.ledger.verify.sources import BadAddress, FolderSource, NotThere, Stopped, TooLong, WebSource, source_of
from tests.ledger.verify.mirrors import Mirror, auditor, codes, lives
from tests.ledger.verify.servers import Answer, Server, send, serving

ENTRIES = list(lives(600))


@pytest.fixture
def server() -> Iterator[Server]:
    with serving(Mirror(ENTRIES)) as made:
        yield made


def over(
    server: Server, *, connections: int = 4, stop: threading.Event | None = None, patience: float = 20, tries: int = 3
) -> Report:
    stop = stop or threading.Event()
    pauses = [0.01] * (tries - 1)
    source = WebSource(server.url, stop=stop, pauses=pauses, answer_seconds=patience, whole_seconds=patience * 1.5)
    asked = auditor(source)
    return type(asked)(source, asked.trust, asked.state, asked.now, connections=connections, stop=stop).audit()


@pytest.mark.parametrize("connections", [1, 2, 16])
def test_a_whole_log_over_http(server: Server, connections: int) -> None:
    report = over(server, connections=connections)
    assert (report.exit_code, report.size, report.root) == (0, 600, server.mirror.root())
    assert sorted(server.requests) == sorted(server.mirror.files)


def test_a_portal_below_a_path_and_with_a_slash_at_the_end(server: Server) -> None:
    server.answers["checkpoint"] = lambda to: send(to, 404, b"")
    with pytest.raises(NotThere):
        WebSource(server.url + "/", stop=threading.Event(), pauses=()).read("checkpoint", 100)
    assert server.requests == ["checkpoint"]
    with pytest.raises(NotThere):
        WebSource(server.url + "/province/", stop=threading.Event(), pauses=()).read("checkpoint", 100)
    assert server.requests[1] == "/province/ledger/checkpoint"


def test_what_fails_once_is_asked_for_again(server: Server) -> None:
    def once(path: str, status: int) -> Answer:
        def answer(to: BaseHTTPRequestHandler) -> None:
            del server.answers[path]
            send(to, status, b"later")

        return answer

    for path, status in (("checkpoint", 503), ("tile/entries/000", 500), ("tile/0/001", 404), ("tile/1/000.p/2", 429)):
        server.answers[path] = once(path, status)
    assert over(server).exit_code == 0


def endless(to: BaseHTTPRequestHandler) -> None:
    to.send_response(200)
    to.end_headers()
    for part in repeat(b"x" * 65_536):
        to.wfile.write(part)


def trickling(to: BaseHTTPRequestHandler) -> None:
    to.send_response(200)
    to.send_header("Content-Length", "100")
    to.end_headers()
    for _ in range(100):
        to.wfile.write(b"x")
        to.wfile.flush()
        if threading.Event().wait(0.1):
            break


def silent(to: BaseHTTPRequestHandler) -> None:
    threading.Event().wait(3)
    to.close_connection = True


def trickling_headers(to: BaseHTTPRequestHandler) -> None:
    to.wfile.write(b"HTTP/1.1 200 OK\r\n")
    for number in range(90):
        to.wfile.write(f"X-{number}: x\r\n".encode())
        to.wfile.flush()
        if threading.Event().wait(0.1):
            break


def breaking_off(to: BaseHTTPRequestHandler) -> None:
    to.send_response(200)
    to.send_header("Content-Length", "1000000")
    to.end_headers()
    to.wfile.write(b"x" * 100)
    to.close_connection = True


def no_http(to: BaseHTTPRequestHandler) -> None:
    to.wfile.write(b"\x00\x01\x02 what is this\r\n\r\n")
    to.close_connection = True


def bad_chunks(to: BaseHTTPRequestHandler) -> None:
    to.send_response(200)
    to.send_header("Transfer-Encoding", "chunked")
    to.end_headers()
    to.wfile.write(b"zz\r\nhello\r\n")
    to.close_connection = True


def many_headers(to: BaseHTTPRequestHandler) -> None:
    to.send_response(200)
    for number in range(200):
        to.send_header(f"X-{number}", "x" * 1000)
    to.end_headers()


def elsewhere(to: BaseHTTPRequestHandler) -> None:
    send(to, 302, b"", Location="http://127.0.0.1:1/other")


def squeezed(to: BaseHTTPRequestHandler) -> None:
    send(to, 200, b"x", Content_Encoding="gzip")


COULD_NOT_TELL: dict[str, Answer] = {
    "elsewhere": elsewhere,
    "silent": silent,
    "trickling": trickling,
    "trickling headers": trickling_headers,
    "breaking off": breaking_off,
    "no http": no_http,
    "bad chunks": bad_chunks,
    "many headers": many_headers,
    "squeezed": squeezed,
    "forbidden": lambda to: send(to, 403, b""),
    "in trouble": lambda to: send(to, 500, b""),
    "nothing": lambda to: send(to, 204, b""),
}
PATHS = ["checkpoint", "tile/entries/001", "tile/0/001"]


@pytest.mark.parametrize("answer", COULD_NOT_TELL.values(), ids=COULD_NOT_TELL)
def test_an_answer_that_says_nothing(server: Server, answer: Answer) -> None:
    for path in PATHS:
        server.answers = {path: answer}
        report = over(server, connections=1, patience=1, tries=2)
        assert (report.exit_code, report.findings) == (2, []), path
        assert path in report.unread[0]


@pytest.mark.parametrize(("path", "code"), [*zip(PATHS, ["signature", "bundle", "tile"], strict=True)])
def test_an_answer_without_an_end_is_read_as_far_as_it_can_go(server: Server, path: str, code: str) -> None:
    server.answers[path] = endless
    report = over(server)
    assert (codes(report), report.exit_code) == ({code}, 1)
    assert re.search(r"is longer than \d+ bytes", report.findings[0].words)


@pytest.mark.parametrize("path", PATHS[1:])
def test_a_part_of_the_log_that_is_not_served(server: Server, path: str) -> None:
    server.answers[path] = lambda to: send(to, 404, b"")
    report = over(server)
    assert (codes(report), report.exit_code) == ({"missing"}, 1)
    assert server.requests.count(path) == 3


def test_one_unreadable_tile_does_not_hide_a_wrong_entry(server: Server) -> None:
    server.answers["tile/0/000"] = lambda to: send(to, 500, b"")
    server.mirror.files["tile/entries/002.p/88"] = Mirror(ENTRIES[:88]).files["tile/entries/000.p/88"]
    report = over(server)
    assert (report.exit_code, report.log_is_sound) == (1, False)
    assert "root" in codes(report)


@pytest.mark.parametrize(("status", "code", "kind"), [(500, 2, set()), (404, 1, {"missing"})])
def test_it_gives_up_where_all_tiles_are_gone(status: int, code: int, kind: set[str]) -> None:
    with serving(Mirror(lives(12_800))) as server:
        for path in server.mirror.files:
            if path.startswith("tile/0/"):
                server.answers[path] = lambda to: send(to, status, b"")
        report = over(server)
    assert (report.exit_code, codes(report)) == (code, kind)
    assert len([path for path in server.requests if path.startswith("tile/0/")]) < 150


def test_ending_while_an_answer_is_waited_for(server: Server) -> None:
    stop = threading.Event()
    server.answers["tile/entries/001"] = endless_small(stop)
    with pytest.raises(Stopped):
        over(server, stop=stop)


def endless_small(stop: threading.Event) -> Answer:
    def answer(to: BaseHTTPRequestHandler) -> None:
        stop.set()
        trickling(to)

    return answer


def test_nobody_answers() -> None:
    with serving(Mirror()) as server:
        url = server.url
    report = auditor(WebSource(url, stop=threading.Event(), pauses=(0.01,))).audit()
    assert (report.exit_code, report.findings) == (2, [])


@pytest.mark.parametrize(
    "address", ["", "portal.example", "ftp://portal.example", "http://", "http://x:y/", "https://portal.example/?a=b"]
)
def test_no_address(address: str) -> None:
    with pytest.raises(BadAddress):
        source_of(address, stop=threading.Event())


# --- A folder -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("below", ["", "ledger"])
def test_a_mirror_in_a_folder(tmp_path: Path, below: str) -> None:
    folder = tmp_path / "a mirror"
    Mirror(ENTRIES).save(folder / below)
    source = source_of(folder.as_uri(), stop=threading.Event())
    assert source.name == str(folder / below)
    assert auditor(source).audit().exit_code == 0
    assert auditor(source_of(f"file:{folder}", stop=threading.Event())).audit().exit_code == 0


def test_what_a_folder_does_not_have_or_cannot_give(tmp_path: Path) -> None:
    source = FolderSource(tmp_path)
    (tmp_path / "tile").mkdir()
    (tmp_path / "long").write_bytes(bytes(101))
    for path in ("checkpoint", "tile", "long/x"):
        with pytest.raises(NotThere):
            source.read(path, 100)
    with pytest.raises(TooLong):
        source.read("long", 100)
    assert source.read("long", 101) == bytes(101)
    with pytest.raises(BadAddress):
        FolderSource(tmp_path / "long")
