"""A portal with providers: the demo one as a process of its own, or any that a test sets up."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Thread

import pytest
from flask import Flask
from werkzeug.serving import make_server

from portal import create_app, jobs
from portal.extensions import db
from portal.pilot import addresses
from portal.pilot.identity import pilot_environment
from portal.settings import ROOT, OfficerProviderSettings, ProviderSettings, Settings
from tests.conftest import Browser

MakePortal = Callable[..., Flask]


@pytest.fixture
def make_portal(app: Flask, settings: Settings) -> Iterator[MakePortal]:
    """Another application over this test's database, with the providers and address that a test wants."""
    made: list[Flask] = []

    def make(
        *,
        citizen: ProviderSettings | None = None,
        officer: OfficerProviderSettings | None = None,
        base_url: str = "http://localhost",
    ) -> Flask:
        wanted = settings.model_copy(
            update={
                "citizen_provider": citizen or ProviderSettings(),
                "officer_provider": officer or OfficerProviderSettings(),
                "base_url": base_url,
            }
        )
        portal = create_app(wanted)
        portal.test_client_class = Browser
        portal.config.update(TESTING=True)
        made.append(portal)
        return portal

    yield make
    for portal in made:
        with portal.app_context():
            db.session.remove()
            db.engine.dispose()
    jobs.run_inside(app.app_context)


@dataclass(frozen=True, slots=True)
class Site:
    """The portal on a port, and the demo provider it signs in at."""

    url: str
    provider: str
    portal: Flask


@pytest.fixture(scope="session")
def ports() -> tuple[int, int]:
    """The portal's and the demo provider's."""
    return addresses.free_port(), addresses.free_port()


@pytest.fixture(scope="session")
def demo_instance(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo")


@pytest.fixture(scope="session")
def demo_provider(demo_instance: Path, ports: tuple[int, int]) -> Iterator[str]:
    """The demo provider's address; a real process, as the pilot starts it."""
    portal_port, port = ports
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PORTAL_")}
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "portal.pilot.identity", "--port", str(port)),
            *("--instance", str(demo_instance), "--portal", f"http://127.0.0.1:{portal_port}"),
        ],
        cwd=ROOT,
        env=environment | {"PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
    )
    try:
        assert process.stdout is not None
        assert b"Demo identity provider" in process.stdout.readline()
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture
def site(make_portal: MakePortal, demo_provider: str, demo_instance: Path, ports: tuple[int, int]) -> Iterator[Site]:
    """The portal over HTTP, told of the demo provider exactly as the supervisor tells it."""
    portal_port, provider_port = ports
    told = pilot_environment(demo_instance, provider_port)
    portal = make_portal(
        citizen=ProviderSettings.model_validate(_of("CITIZEN", told)),
        officer=OfficerProviderSettings.model_validate(_of("OFFICER", told)),
        base_url=f"http://127.0.0.1:{portal_port}",
    )
    server = make_server("127.0.0.1", portal_port, portal, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield Site(f"http://127.0.0.1:{portal_port}", demo_provider, portal)
    server.shutdown()
    thread.join(10)
    server.server_close()


def _of(realm: str, environment: dict[str, str]) -> dict[str, str]:
    prefix = f"PORTAL_{realm}_PROVIDER__"
    return {name.removeprefix(prefix).lower(): value for name, value in environment.items() if name.startswith(prefix)}
