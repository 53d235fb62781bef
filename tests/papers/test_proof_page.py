"""The receipt's second page: the proof, as text that people compare and as a code that machines read."""

import dataclasses
from datetime import UTC, datetime

import pypdf
import pytest

from portal.ledger import proof, proof_file, qr_text, trust
from portal.papers import LogProof, ReceiptFacts, receipt
from portal.papers.rendering import PROOF_LETTERS
from tests.ledger import small_log
from tests.papers.printed_codes import codes_on, of_text
from tests.papers.scanning import scanned
from tests.papers.test_receipt import FACTS, FILED, read, words

ADDRESS = "https://portal.example/ledger/verify"
LEAF = "46ir3SABtiBEjzg5yadUVhEFQh5SbHe/OE0vaIha+5w="
DATA = proof_file.render(small_log.proof(signed=small_log.checkpoint(cosigning=[small_log.FIRST])))
PROVEN = LogProof("hai-dang.test/ledger", "87c334af", LEAF, ADDRESS, position=7, size=300, code=qr_text.render(DATA))
PROMISED = LogProof(
    "hai-dang.test/ledger", "87c334af", LEAF, ADDRESS, promised_before=datetime(2020, 6, 16, 2, 0, tzinfo=UTC)
)


def with_proof(held: LogProof, facts: ReceiptFacts = FACTS) -> ReceiptFacts:
    return dataclasses.replace(facts, proof=held)


def second_page(facts: ReceiptFacts, lang: str = "vi") -> tuple[pypdf.PageObject, str]:
    pdf = read(receipt(facts, lang=lang))
    assert len(pdf.pages) == 2
    return pdf.pages[1], " ".join(pdf.pages[1].extract_text().split())


@pytest.mark.parametrize("facts", [FACTS, FILED])
def test_it_says_what_it_is_for_and_what_to_compare(facts: ReceiptFacts) -> None:
    page, said = second_page(with_proof(PROVEN, facts))
    for wanted in (
        "BẰNG CHỨNG TỪ SỔ CÔNG KHAI",
        "nơi không ai sửa, xóa hay lùi ngày được mà không bị phát hiện",
        "Mục số: 7 của sổ có 300 mục",
        f"Dấu của mục: {LEAF}",
        "Khóa của sổ: hai-dang.test/ledger, 87c334af",
        ADDRESS,
    ):
        assert wanted in said
    assert len(codes_on(page)) == 1


def test_the_code_that_is_printed_is_that_of_the_proof_and_the_proof_holds() -> None:
    page, _ = second_page(with_proof(PROVEN))
    (printed,) = codes_on(page)
    assert PROVEN.code is not None
    assert printed == of_text(PROVEN.code, error="l")
    keys = trust.parse_keys([small_log.LOG.verifier.vkey])
    assert proof.check(qr_text.parse(PROVEN.code), keys).proven


@pytest.mark.parametrize("dots", [300, 200])
def test_another_program_reads_the_printed_page_and_the_verifier_is_convinced(dots: int) -> None:
    """From the paper alone: the page is drawn and scanned by programs that nobody here wrote."""
    pdf = receipt(with_proof(PROVEN), lang="vi")
    (text,) = scanned(pdf, 1, dots=dots)
    assert text == PROVEN.code
    answer = proof.check(qr_text.parse(text), trust.parse_keys([small_log.LOG.verifier.vkey]), witnesses=0)
    assert (answer.proven, answer.problem) == (True, None)
    assert proof.sentence(answer).startswith("Proven: ")
    assert scanned(pdf, 0, dots=dots) == [FACTS.look_up_address]


def test_a_code_at_its_longest_is_still_read() -> None:
    text = "HD1:" + "A0" * ((PROOF_LETTERS - 4) // 2)
    assert scanned(receipt(with_proof(dataclasses.replace(PROVEN, code=text)), lang="vi"), 1) == [text]


def test_the_reading_of_printed_codes_tells_one_from_another() -> None:
    (first,) = codes_on(read(receipt(with_proof(PROVEN), lang="vi")).pages[0])
    assert first == of_text(FACTS.look_up_address, error="m")
    assert first != of_text(FACTS.look_up_address + "x", error="m")


def test_the_first_page_stays_as_it_is() -> None:
    with_it, without = (
        read(receipt(facts, lang="vi")).pages[0].extract_text() for facts in (with_proof(PROVEN), FACTS)
    )
    assert with_it.replace("Trang 1/2", "Trang 1/1") == without


def test_before_the_proof_there_is_the_promise_and_no_code() -> None:
    page, said = second_page(with_proof(PROMISED, FILED))
    assert "Sẽ ở trong sổ trước: 09 giờ 00 phút, ngày 16 tháng 06 năm 2020" in said
    assert f"Dấu của mục: {LEAF}" in said
    assert "Mục số" not in said
    assert codes_on(page) == []


def test_a_proof_too_long_for_a_code_is_not_squeezed_into_one() -> None:
    longest = dataclasses.replace(PROVEN, code="HD1:" + "A" * (PROOF_LETTERS - 4))
    page, _ = second_page(with_proof(longest))
    assert len(codes_on(page)[0]) == 157
    page, said = second_page(with_proof(dataclasses.replace(PROVEN, code="HD1:" + "A" * (PROOF_LETTERS - 3))))
    assert codes_on(page) == []
    assert "dài hơn mức một mã vuông chứa được" in said


def test_in_english() -> None:
    _, said = second_page(with_proof(PROVEN), "en")
    for wanted in (
        "PROOF FROM THE PUBLIC LEDGER",
        "Entry number: 7 of a ledger of 300 entries",
        f"Hash of the entry: {LEAF}",
    ):
        assert wanted in said
    _, said = second_page(with_proof(PROMISED), "en")
    assert "Will be in the ledger before: 09:00, 16 June 2020" in said


def test_it_is_the_same_paper_each_time_and_still_pdf_a() -> None:
    made = receipt(with_proof(PROVEN), lang="vi")
    assert receipt(with_proof(PROVEN), lang="vi") == made
    assert b"<pdfaid:part>2</pdfaid:part>" in made
    assert "DEMO" in words(receipt(dataclasses.replace(with_proof(PROVEN), demo=True), lang="vi"))
