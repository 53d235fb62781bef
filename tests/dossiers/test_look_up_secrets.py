import re

import pytest

from portal import sealing
from portal.dossiers import look_up_secrets

REFERENCE = "H06.30.01-200615-0007"


@pytest.fixture(autouse=True)
def key() -> None:
    sealing.install_key(bytes(range(32)))


def test_a_secret_is_ten_unmistakable_letters_and_always_the_same_for_its_dossier() -> None:
    secret = look_up_secrets.derive(bytes(32))
    assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}", secret)
    assert secret == look_up_secrets.derive(bytes(32))
    assert secret != look_up_secrets.derive(bytes(31) + b"\x01")


def test_a_secret_is_understood_however_it_is_copied() -> None:
    wanted = look_up_secrets.secret_digest(REFERENCE, "01ABC-VWXYZ")
    for typed in ("01abc vwxyz", "OIABC-VWXYZ", "olabcvwxyz", " 01-AB-CV-WX-YZ ", "01abc-uwxyz"):
        assert look_up_secrets.secret_digest(REFERENCE, typed) == wanted


def test_digests_of_one_proof_differ_between_dossiers_and_between_kinds() -> None:
    other = "H06.30.01-200615-0008"
    assert look_up_secrets.digits_digest(REFERENCE, "1234") != look_up_secrets.digits_digest(other, "1234")
    assert look_up_secrets.digits_digest(REFERENCE, "1234") != look_up_secrets.secret_digest(REFERENCE, "1234")


@pytest.mark.parametrize(
    ("number", "digits"),
    [("077090000123", "0123"), ("3500000000", "0000"), ("b1234567", "4567"), ("1234", None), ("", None), (None, None)],
)
def test_the_last_four_of_a_number_that_is_long_enough(number: str | None, digits: str | None) -> None:
    assert look_up_secrets.last_digits(number) == digits


def test_an_endless_proof_is_nothing() -> None:
    assert look_up_secrets.tidy("1" * 1_000_000) == ""
