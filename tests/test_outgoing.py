"""Requests to strangers' addresses go to the open Internet and nowhere else."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from portal import outgoing
from portal.outgoing import NotAllowed, Unreachable, destination, is_public, post


@pytest.mark.parametrize(
    "url",
    [
        "",
        "vidu.vn",
        "ftp://vidu.vn/",
        "file:///etc/passwd",
        "gopher://vidu.vn/",
        "http://vidu.vn/",
        "https://",
        "https://user@vidu.vn/",
        "https://user:word@vidu.vn/",
        "https://vidu.vn:8443/",
        "https://vidu.vn:99999/",
        "https://vidu.vn:x/",
        "https://localhost/",
        "https://127.0.0.1/",
        "https://127.1/",
        "https://2130706433/",
        "https://0x7f000001/",
        "https://0177.0.0.1/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://vidu.vn/#x",
        "https://vidu.vn/\r\nX: y",
        "https://vidu.vn\\@127.0.0.1/",
        "https://vi du.vn/",
        "https://" + "x" * 3000 + ".vn/",
        "https://" + "x" * 70 + ".vn\u0111/",
    ],
)
def test_an_address_that_leads_elsewhere_is_refused(url: str) -> None:
    with pytest.raises(NotAllowed):
        destination(url)


def test_a_public_name_is_kept_with_path_and_query() -> None:
    where = destination("https://vidu.vn/so?x=1&y=%20")
    assert (where.host, where.port, where.path, where.secure) == ("vidu.vn", 443, "/so?x=1&y=%20", True)
    assert destination("https://đăng.vn/").host.encode().decode("idna") == "đăng.vn"


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "192.0.2.1",
        "::",
        "::1",
        "fe80::1",
        "fe80::1%eth0",
        "fc00::1",
        "fec0::1",
        "ff02::1",
        "::ffff:10.0.0.1",
        "::ffff:8.8.8.8",
        "2002:7f00:1::",
        "64:ff9b::7f00:1",
    ],
)
def test_inside_addresses_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "2606:4700:4700::1111"])
def test_addresses_of_the_open_internet_are(address: str) -> None:
    assert is_public(address)


@contextmanager
def listening(answer: Callable[[socket.socket], None]) -> Iterator[str]:
    """A server that answers its one visitor as told; gives its host:port."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(10)

        def serve() -> None:
            connection, _address = server.accept()
            with connection:
                connection.recv(65536)
                answer(connection)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"127.0.0.1:{server.getsockname()[1]}"
        thread.join(10)


def send(inside: str, seconds: float = 5.0) -> outgoing.Answer:
    where = destination(f"http://{inside}/", allowed=[inside])
    return post(where, b"{}", {"Content-Type": "application/json"}, seconds=seconds)


def test_a_host_that_the_operator_allows_may_be_inside_and_plain() -> None:
    with listening(lambda wire: wire.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")) as inside:
        assert send(inside).status == 204


def test_a_redirect_is_an_answer_and_nothing_more() -> None:
    moved = b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"
    with listening(lambda wire: wire.sendall(moved)) as inside:
        assert send(inside).status == 302


def test_an_endless_answer_is_cut() -> None:
    def pour(wire: socket.socket) -> None:
        wire.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 10000000\r\n\r\n" + b"x" * 200_000)

    with listening(pour) as inside:
        assert len(send(inside).body) == outgoing.LONGEST_ANSWER


@pytest.mark.parametrize("said", [b"", b"no http\r\n\r\n", b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 1000 + b"\r\n"])
def test_what_is_no_answer_is_not_reached(said: bytes) -> None:
    with listening(lambda wire: wire.sendall(said)) as inside, pytest.raises(Unreachable):
        send(inside)


def test_a_server_that_drips_is_left_when_the_time_is_over() -> None:
    def drip(wire: socket.socket) -> None:
        wire.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        for _drop in range(50):
            try:
                wire.sendall(b"x")
            except OSError:
                return
            time.sleep(0.1)

    with listening(drip) as inside:
        answer = send(inside, seconds=1.5)
    assert 0 < len(answer.body) < 40


def test_a_name_that_leads_inside_is_refused_when_it_is_looked_up() -> None:
    """`localhost.localdomain` and the like: the name looks public, its address is not."""
    where = outgoing.Destination("localhost", 443, "/", secure=True, inside=False)
    with pytest.raises(NotAllowed):
        post(where, b"", {})
