"""Papers are signed after the commit, once, and wait with a reason where they cannot be."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pypdf
import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from portal import clock
from portal.dossiers import attachments, commands, erasure, paper_making, paper_signing, queries, signed_papers, upkeep
from portal.dossiers.attachments import Stored
from portal.dossiers.life import Act, Outcome, Way
from portal.dossiers.signed_papers import Paper
from portal.files import signature_reading
from portal.people.queries import Officer, Person
from portal.signatures import demo_authority
from portal.transaction import unit_of_work
from tests import filing
from tests.dossiers.corpus import PLAIN_PDF, png, typeset
from tests.signatures.authority import Authority, pdfsig, qpdf
from tests.signatures.installed import signing, use
from tests.signing_in import make_citizen

RESULT = typeset("= Giấy khai sinh\n#pagebreak()\nTrang hai")


@dataclass(frozen=True)
class Desk:
    """A ward that signs, and a dossier filed with it."""

    authority: Authority
    receiver: Officer
    leader: Officer
    person: Person
    reference: str


@pytest.fixture
def desk(session: Session, tmp_path: Path) -> Iterator[Desk]:
    receiver, leader = (filing.officer_of(session, filing.WARD_1, role) for role in ("receiver", "leader"))
    person = make_citizen(session)
    with signing(tmp_path / "signing", session, receiver, leader) as authority:
        yield Desk(authority, receiver, leader, person, filing.file_dossier(session, person))


def stored(data: bytes, name: str = "khai sinh.pdf") -> Stored:
    return attachments.store(io.BytesIO(data), name=name)


def received(session: Session, desk: Desk) -> None:
    filing.act(session, commands.receive, desk.reference, desk.receiver)


def resolved(session: Session, desk: Desk, *files: Stored) -> None:
    received(session, desk)
    filing.act(
        session,
        commands.resolve,
        desk.reference,
        desk.leader,
        outcome=Outcome.GRANTED,
        files=files or (stored(RESULT),),
    )


def papers(session: Session, desk: Desk) -> tuple[Paper, ...]:
    session.rollback()
    found = queries.for_archive(session, desk.reference)
    assert found is not None
    return signed_papers.of_dossier(session, found.id)


def data_of(session: Session, desk: Desk, paper: Paper) -> bytes:
    file = signed_papers.file_of_person(session, paper.id, person_id=desk.person.id, at=clock.now())
    assert file is not None
    return b"".join(attachments.read(file))


def jobs_waiting(session: Session) -> int:
    query = text("select count(*) from procrastinate_jobs where task_name = 'dossiers.sign_paper'")
    return int(session.execute(query).scalar_one())


def test_receiving_asks_for_a_signed_receipt_and_signs_nothing_itself(session: Session, desk: Desk) -> None:
    received(session, desk)
    (paper,) = papers(session, desk)
    assert (paper.kind, paper.signed_at, paper.waits_for) == ("receipt", None, None)
    assert jobs_waiting(session) == 1


def test_an_act_that_is_rolled_back_leaves_no_paper_and_no_job(session: Session, desk: Desk) -> None:
    with pytest.raises(RuntimeError), unit_of_work(session) as work:
        paper_signing.ask(work, dossier_id=1, unit_code="H06", act=Act.RECEIVED, n=1, officer_id=None, at=clock.now())
        raise RuntimeError
    assert papers(session, desk) == ()
    assert jobs_waiting(session) == 0


def test_the_receipt_is_signed_by_the_agency_and_holds(session: Session, desk: Desk, tmp_path: Path) -> None:
    received(session, desk)
    (paper,) = papers(session, desk)
    assert paper_signing.sign(paper.id, at=clock.now())
    (paper,) = papers(session, desk)
    made = data_of(session, desk, paper)
    assert paper.signed_at is not None
    assert paper.demo
    assert signature_reading.read(made, at=clock.now()).whole
    assert "Signature is Valid." in pdfsig(made, tmp_path)
    assert qpdf(made, tmp_path) == 0


def test_every_page_of_a_demo_paper_says_so(session: Session, desk: Desk) -> None:
    resolved(session, desk)
    for paper in papers(session, desk):
        paper_signing.sign(paper.id, at=clock.now())
    for paper in papers(session, desk):
        pages = pypdf.PdfReader(io.BytesIO(data_of(session, desk, paper))).pages
        assert all("DEMO" in page.extract_text() for page in pages)


def test_the_signed_receipt_carries_no_look_up_secret(session: Session, desk: Desk) -> None:
    received(session, desk)
    (paper,) = papers(session, desk)
    paper_signing.sign(paper.id, at=clock.now())
    secret = queries.receipt_secret(session, desk.reference, person_id=desk.person.id)
    said = pypdf.PdfReader(io.BytesIO(data_of(session, desk, paper))).pages[0].extract_text()
    assert secret
    assert secret not in said
    assert desk.reference in said


def test_a_result_is_signed_by_who_decided_and_by_the_agency(session: Session, desk: Desk, tmp_path: Path) -> None:
    resolved(session, desk)
    _receipt, result = papers(session, desk)
    assert paper_signing.sign(result.id, at=clock.now())
    made = data_of(session, desk, result)
    found = signature_reading.read(made, at=clock.now())
    assert found.whole
    assert [one.signer for one in found.found] == [f"{desk.leader.name} (DEMO)", "Ủy ban nhân dân Phường Mẫu (DEMO)"]
    assert pdfsig(made, tmp_path).count("Signature is Valid.") == 2
    assert qpdf(made, tmp_path) == 0


def test_what_a_leader_approved_is_signed_by_the_leader_and_not_by_who_records_it(session: Session, desk: Desk) -> None:
    specialist = filing.officer_of(session, filing.WARD_1, "specialist")
    received(session, desk)
    words: dict[str, Any] = {"outcome": Outcome.GRANTED, "reason": "Đủ điều kiện."}
    filing.act(session, commands.propose, desk.reference, specialist, **words)
    filing.act(session, commands.approve, desk.reference, desk.leader)
    filing.act(session, commands.resolve, desk.reference, specialist, outcome=Outcome.GRANTED, files=(stored(RESULT),))
    _receipt, result = papers(session, desk)
    assert paper_signing.sign(result.id, at=clock.now())
    found = signature_reading.read(data_of(session, desk, result), at=clock.now())
    assert found.found[0].signer == f"{desk.leader.name} (DEMO)"


def test_the_original_is_kept_and_is_the_beginning_of_the_signed_one(session: Session, desk: Desk) -> None:
    resolved(session, desk)
    _receipt, result = papers(session, desk)
    paper_signing.sign(result.id, at=clock.now())
    file = queries.file_of_person(session, result.attachment_id or 0, person_id=desk.person.id, at=clock.now())
    assert file is not None
    assert b"".join(attachments.read(file)) == RESULT
    assert data_of(session, desk, result).startswith(RESULT)


def test_run_twice_it_signs_once(session: Session, desk: Desk) -> None:
    received(session, desk)
    (paper,) = papers(session, desk)
    assert paper_signing.sign(paper.id, at=clock.now())
    first = data_of(session, desk, paper)
    assert not paper_signing.sign(paper.id, at=clock.now())
    assert data_of(session, desk, paper) == first


def test_a_revoked_seal_signs_nothing_and_the_paper_says_why(session: Session, desk: Desk) -> None:
    received(session, desk)
    demo_authority.revoke(desk.authority.folder, "agency.p12", at=clock.now())
    use(desk.authority.roll)
    (paper,) = papers(session, desk)
    assert not paper_signing.sign(paper.id, at=clock.now())
    (paper,) = papers(session, desk)
    assert (paper.signed_at, paper.waits_for) == (None, "revoked")


def test_an_expired_seal_signs_nothing_and_the_paper_says_why(session: Session, desk: Desk) -> None:
    received(session, desk)
    (paper,) = papers(session, desk)
    assert not paper_signing.sign(paper.id, at=clock.now() + demo_authority.YEARS + timedelta(days=2))
    assert papers(session, desk)[0].waits_for == "expired"


def test_an_officer_without_a_certificate_leaves_the_result_waiting_until_there_is_one(
    session: Session, desk: Desk
) -> None:
    received(session, desk)
    other = filing.officer_of(session, filing.WARD_1, "specialist")
    filing.act(session, commands.resolve, desk.reference, other, outcome=Outcome.GRANTED, files=(stored(RESULT),))
    assert paper_signing.sign_waiting(at=clock.now()) == 1
    assert [paper.waits_for for paper in papers(session, desk)] == [None, "no_certificate"]
    with signing(desk.authority.folder, session, other):
        assert paper_signing.sign_waiting(at=clock.now()) == 1
    assert all(paper.signed_at for paper in papers(session, desk))


def test_a_broken_pdf_waits_and_hinders_no_other(session: Session, desk: Desk) -> None:
    resolved(session, desk, stored(PLAIN_PDF, "hỏng.pdf"), stored(RESULT, "tốt.pdf"))
    paper_signing.sign_waiting(at=clock.now())
    assert [paper.waits_for for paper in papers(session, desk)] == [None, "not_signable", None]


def test_what_is_no_pdf_asks_for_no_signature(session: Session, desk: Desk) -> None:
    picture = attachments.store(io.BytesIO(png()), name="ảnh.png")
    resolved(session, desk, picture)
    assert [paper.kind for paper in papers(session, desk)] == ["receipt"]


@pytest.mark.parametrize(
    ("command", "facts", "kind"),
    [
        (commands.ask_supplement, {}, "supplement"),
        (commands.extend, {"until": None}, "apology"),
        (commands.stop, {}, "stop"),
        (commands.resolve, {"outcome": Outcome.REFUSED}, "denial"),
    ],
)
def test_what_an_officer_writes_to_the_applicant_is_signed_by_both(
    session: Session, desk: Desk, tmp_path: Path, command: Any, facts: dict[str, Any], kind: str
) -> None:
    received(session, desk)
    until = {"until": _working_day()} if "until" in facts else {}
    filing.act(session, command, desk.reference, desk.leader, reason="Lý do mẫu.", **{**facts, **until})
    assert paper_signing.sign_waiting(at=clock.now()) == 2
    paper = papers(session, desk)[1]
    assert paper.kind == kind
    made = data_of(session, desk, paper)
    reading = signature_reading.read(made, at=clock.now())
    assert reading.whole
    assert [found.signer for found in reading.found] == ["Hồ Thị Lãnh Đạo (DEMO)", "Ủy ban nhân dân Phường Mẫu (DEMO)"]
    assert all("DEMO" in page.extract_text() for page in pypdf.PdfReader(io.BytesIO(made)).pages)
    assert qpdf(made, tmp_path) == 0


def test_a_refusal_to_receive_is_signed_by_who_refused(session: Session, desk: Desk) -> None:
    filing.act(session, commands.decline, desk.reference, desk.receiver, reason="Lý do mẫu.")
    assert paper_signing.sign_waiting(at=clock.now()) == 1
    (paper,) = papers(session, desk)
    found = signature_reading.read(data_of(session, desk, paper), at=clock.now()).found
    assert (paper.kind, len(found)) == ("refusal", 2)
    assert "Lê Thị Một Cửa" in found[0].signer


def test_a_notice_of_an_officer_without_a_certificate_waits_and_says_why(session: Session, desk: Desk) -> None:
    other = filing.officer_of(session, filing.WARD_1, "receiver")
    filing.act(session, commands.decline, desk.reference, other, reason="Lý do mẫu.")
    assert paper_signing.sign_waiting(at=clock.now()) == 0
    assert papers(session, desk)[0].waits_for == "no_certificate"


def _working_day() -> date:
    """A Wednesday far enough ahead."""
    ahead = clock.local_day(clock.now()) + timedelta(days=100)
    return ahead + timedelta(days=(2 - ahead.weekday()) % 7)


def test_without_a_roll_nothing_is_asked_for(session: Session, desk: Desk) -> None:
    use(None)
    received(session, desk)
    assert papers(session, desk) == ()


def test_only_whose_dossier_it_is_gets_the_signed_file(session: Session, desk: Desk) -> None:
    received(session, desk)
    (paper,) = papers(session, desk)
    paper_signing.sign(paper.id, at=clock.now())
    stranger = make_citizen(session, name="Người Khác", national_id="079000000777")
    assert signed_papers.file_of_person(session, paper.id, person_id=stranger.id, at=clock.now()) is None
    assert signed_papers.file_for_desk(session, paper.id, unit_ids=[0]) is None


def test_the_nightly_sweep_keeps_signed_files(session: Session, desk: Desk) -> None:
    received(session, desk)
    (paper,) = papers(session, desk)
    paper_signing.sign(paper.id, at=clock.now())
    upkeep.run(at=clock.now() + timedelta(days=3))
    assert data_of(session, desk, paper)


def test_erasing_the_person_takes_the_signed_files_along(session: Session, desk: Desk) -> None:
    resolved(session, desk)
    paper_signing.sign_waiting(at=clock.now())
    filing.act(session, commands.return_result, desk.reference, desk.receiver, way=Way.COUNTER)
    with unit_of_work(session):
        keys = set(session.scalars(text("select key from signed_paper")))
        gone = erasure.erase_person(session, reference=desk.reference, at=clock.now())
    assert len(keys) == 2
    assert keys <= set(gone.files)
    assert papers(session, desk) == ()


def taken_back(session: Session, desk: Desk) -> None:
    filing.act(session, commands.take_back, desk.reference, desk.leader, reason="Ghi nhầm.")


def test_a_paper_that_still_waits_is_never_signed_once_its_act_is_taken_back(session: Session, desk: Desk) -> None:
    resolved(session, desk)
    taken_back(session, desk)
    paper_signing.sign_waiting(at=clock.now())
    receipt, result = papers(session, desk)
    assert receipt.signed_at is not None
    assert (result.signed_at, result.taken_back_at is not None) == (None, True)
    assert not paper_signing.sign(result.id, at=clock.now())


def test_a_paper_that_is_taken_back_while_it_is_made_is_not_signed(
    session: Session, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    resolved(session, desk)
    _receipt, result = papers(session, desk)
    made = paper_making.make

    def slowly(*given: Any, **named: Any) -> Any:
        done = made(*given, **named)
        taken_back(session, desk)
        return done

    monkeypatch.setattr(paper_making, "make", slowly)
    assert not paper_signing.sign(result.id, at=clock.now())
    assert papers(session, desk)[1].signed_at is None
