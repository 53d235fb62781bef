import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from portal.opendata.archive import Archive


@pytest.fixture
def folder(app: Flask) -> Iterator[Path]:
    """The folder of finished months, empty: every test has a log of its own, and all share one instance."""
    found = Archive.of(app.config["SETTINGS"]).folder
    shutil.rmtree(found, ignore_errors=True)
    yield found
    shutil.rmtree(found, ignore_errors=True)
