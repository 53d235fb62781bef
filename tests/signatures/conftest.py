"""A demo authority, and a receipt to sign."""

from pathlib import Path

import pytest

from portal.papers import receipt
from tests.papers.test_receipt import FACTS
from tests.signatures.authority import Authority, make_authority


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return make_authority(tmp_path / "signing")


@pytest.fixture(scope="session")
def paper() -> bytes:
    return receipt(FACTS, lang="vi")
