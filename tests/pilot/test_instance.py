"""One server for one instance, on a free port, with an environment that leaves the operator's settings alone."""

import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from portal.pilot import addresses, environment, instance_lock
from portal.pilot.identity_keys import pilot_environment
from portal.pilot.restarts import HOPELESS_AFTER, LONGEST_DELAY, WINDOW_SECONDS, Restarts
from portal.pilot.screen import Failed


def test_a_second_server_on_an_instance_is_told_where_the_first_one_is(tmp_path: Path) -> None:
    with (
        instance_lock.take(tmp_path, "http://127.0.0.1:8123"),
        pytest.raises(instance_lock.InUse, match=re.escape(f"http://127.0.0.1:8123 (process {os.getpid()})")),
    ):
        instance_lock.take(tmp_path, "http://127.0.0.1:8124")


def test_a_lock_left_by_a_killed_server_is_waited_for_until_its_watchdog_has_finished(tmp_path: Path) -> None:
    held = instance_lock.take(tmp_path, "http://127.0.0.1:8123")
    (tmp_path / "server.lock").write_text(f"{_ended_process()} http://127.0.0.1:8123\n")
    finishing = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(0.5)"], pass_fds=[held.fileno()])
    held.close()
    instance_lock.take(tmp_path, "http://127.0.0.1:8124").close()
    assert finishing.wait(30) == 0
    assert (tmp_path / "server.lock").read_text() == f"{os.getpid()} http://127.0.0.1:8124\n"


def test_a_taken_port_is_told_with_another_one_to_choose() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(Failed, match=f"Port {port} is in use"):
            addresses.refuse_taken(port)
        assert addresses.listens(port)
        assert addresses.free_port(preferred=port) != port
    addresses.refuse_taken(port)
    assert addresses.free_port(preferred=port) == port


def test_children_get_a_demo_provider_for_each_that_the_operator_left_open(tmp_path: Path) -> None:
    outer = {"PORTAL_OFFICER_PROVIDER__ISSUER": "https://sso.example", "PATH": "/bin"}
    inner = _environment(outer, tmp_path)
    assert environment.needs_demo_identity(outer)
    assert inner["PORTAL_CITIZEN_PROVIDER__ISSUER"] == "http://127.0.0.1:8001/citizen"
    assert inner["PORTAL_CITIZEN_PROVIDER__DEMO"] == "true"
    assert inner["PORTAL_OFFICER_PROVIDER__ISSUER"] == "https://sso.example"
    assert "PORTAL_OFFICER_PROVIDER__DEMO" not in inner
    assert inner["PATH"] == "/bin"


def test_no_demo_provider_is_started_where_both_are_real() -> None:
    outer = {f"PORTAL_{provider}_PROVIDER__ISSUER": "https://sso.example" for provider in ("CITIZEN", "OFFICER")}
    assert not environment.needs_demo_identity(outer)


def test_a_proxy_of_the_machine_is_not_used_for_the_machine_itself(tmp_path: Path) -> None:
    inner = _environment({"http_proxy": "http://proxy.example", "no_proxy": "intranet.example"}, tmp_path)
    assert inner["no_proxy"] == inner["NO_PROXY"] == "intranet.example,127.0.0.1,localhost"


def test_restarts_come_slower_and_are_given_up_when_they_do_not_help() -> None:
    restarts = Restarts()
    delays = []
    for end in range(HOPELESS_AFTER):
        assert not restarts.hopeless(end)
        restarts.ended(end)
        delays.append(restarts.delay)
    assert restarts.hopeless(HOPELESS_AFTER)
    assert delays == sorted(delays)
    assert max(delays) <= LONGEST_DELAY


def test_an_end_long_ago_does_not_count() -> None:
    restarts = Restarts()
    for end in range(HOPELESS_AFTER):
        restarts.ended(end * WINDOW_SECONDS)
    assert not restarts.hopeless(HOPELESS_AFTER * WINDOW_SECONDS)
    assert restarts.delay == 0.5


def _environment(outer: dict[str, str], instance: Path) -> dict[str, str]:
    return environment.for_children(
        outer,
        instance=str(instance),
        port=8000,
        database_url="postgresql:///x",
        demo_providers=pilot_environment(instance, 8001),
    )


def _ended_process() -> int:
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        return process.pid
