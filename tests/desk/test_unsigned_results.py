"""What the pages of a dossier say of a result that has no signature: that it waits, or that it never will have one."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from portal import clock
from portal.dossiers import attachments, commands, paper_signing
from portal.dossiers.life import Outcome
from tests.desk.conftest import Desk, Page, Ward
from tests.dossiers.corpus import PLAIN_PDF, typeset
from tests.filing import act
from tests.signatures.installed import signing

WAITS, NEVER = "Chưa ký số", "Không ký số được"


@pytest.fixture
def seal(session: Session, leader: Desk, tmp_path: Path) -> Iterator[None]:
    """The ward's seal signs, and nobody but its leader."""
    with signing(tmp_path / "signing", session, leader.officer):
        yield


def pages(ward: Ward, by: Desk, result: bytes) -> tuple[Page, Page]:
    """The dossier as its officer and its applicant see it after the worker tried to sign the result."""
    reference = ward.received()
    file = attachments.store(io.BytesIO(result), name="kết quả.pdf")
    act(ward.session, commands.resolve, reference, by.officer, outcome=Outcome.GRANTED, files=(file,))
    paper_signing.sign_waiting(at=clock.now())
    return by.open(reference), ward.as_applicant(reference)


@pytest.mark.usefixtures("seal")
def test_what_cannot_be_signed_is_not_said_to_wait(ward: Ward, leader: Desk) -> None:
    for page in pages(ward, leader, PLAIN_PDF):
        assert page.text.count(NEVER) == 1
        assert "Tệp PDF này hỏng, có mật khẩu hoặc không cho ký thêm." in page.text
        assert WAITS not in page.text


@pytest.mark.usefixtures("seal")
def test_what_waits_for_a_certificate_is_not_said_to_be_beyond_signing(ward: Ward, specialist: Desk) -> None:
    for page in pages(ward, specialist, typeset("= Giấy khai sinh")):
        assert page.text.count(WAITS) == 1
        assert "Cổng tự thử lại" in page.text
        assert NEVER not in page.text
