from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from portal.ledger.policy import Asked
from portal.ledger.publisher import Publisher
from tests.ledger.gathered import Two
from tests.ledger.stored import SIGNER, new_publisher
from tests.ledger.witnesses import DISHONEST, started


@pytest.fixture
def checkpoint_file(tmp_path: Path) -> Path:
    return tmp_path / "ledger" / "checkpoint"


@pytest.fixture
def publisher(app: Flask, checkpoint_file: Path) -> Iterator[Publisher]:
    made = new_publisher(app, checkpoint_file)
    yield made
    made.close()


@pytest.fixture
def two(tmp_path: Path) -> Iterator[Two]:
    with (
        started(tmp_path / "honest", SIGNER.verifier) as honest,
        started(tmp_path / "dishonest", SIGNER.verifier, command=DISHONEST) as dishonest,
    ):
        yield Two(Asked("honest", honest.key, honest.address), Asked("dishonest", dishonest.key, dishonest.address))
