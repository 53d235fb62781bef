"""The vectors that every verifier must answer alike: they are what their generator makes, and our check agrees."""

import json
from functools import cache
from typing import Any

import pytest

from portal.ledger import proof, qr_text, trust
from portal.ledger.proof_file import BadProof
from portal.ledger.trust import Keys
from tests.ledger import make_proofs
from tests.ledger.make_proofs import FOLDER

EXPECTED: dict[str, Any] = json.loads((FOLDER / "expected.json").read_text())
RECEIPTS: dict[str, Any] = json.loads((FOLDER / "receipts.json").read_text())
QR: dict[str, Any] = json.loads((FOLDER / "qr.json").read_text())


@cache
def keys(name: str) -> Keys:
    return trust.parse_keys((FOLDER / name).read_text().splitlines())


def test_the_folder_holds_what_the_generator_makes_and_nothing_else() -> None:
    made = make_proofs.files()
    assert sorted(path.name for path in FOLDER.iterdir()) == sorted(made)
    for name, data in made.items():
        assert (FOLDER / name).read_bytes() == data, f"{name}: python -m tests.ledger.make_proofs"


def test_there_are_cases_of_every_problem_and_enough_of_them() -> None:
    problems = [case["problem"] for case in EXPECTED.values()]
    assert {*proof.PROBLEMS, None} == set(problems)
    assert len([problem for problem in problems if problem is None]) >= 20
    assert len([problem for problem in problems if problem is not None]) >= 150


@pytest.mark.parametrize("file", EXPECTED)
def test_the_check_agrees(file: str) -> None:
    case = EXPECTED[file]
    answer = proof.check((FOLDER / file).read_bytes(), keys(case["keys"]), witnesses=case["witnesses"])
    assert (answer.problem, answer.proven, make_proofs.found(answer)) == (
        case["problem"],
        case["proven"],
        case["found"],
    )
    assert answer.proven is (answer.problem is None)


@pytest.mark.parametrize("name", RECEIPTS)
def test_the_check_of_receipts_agrees(name: str) -> None:
    case = RECEIPTS[name]
    answer = proof.check_receipt(case["text"].encode(), keys(case["keys"]))
    assert (answer.problem, make_proofs.found(answer)) == (case["problem"], case["found"])


@pytest.mark.parametrize("name", QR)
def test_texts_of_qr_codes_are_read_or_refused(name: str) -> None:
    case = QR[name]
    if case["problem"] is None:
        assert qr_text.parse(case["text"]).decode() == case["file"]
        return
    with pytest.raises(BadProof) as refused:
        qr_text.parse(case["text"])
    assert refused.value.problem == case["problem"]


def test_no_two_cases_are_one() -> None:
    seen = {((FOLDER / file).read_bytes(), case["keys"], case["witnesses"]) for file, case in EXPECTED.items()}
    assert len(seen) == len(EXPECTED)
