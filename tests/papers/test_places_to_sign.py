"""However long a paper and however many it goes to: all is on it, and the place where it is signed stays."""

import io
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from pypdf import PageObject, PdfReader

from portal.papers import NoticeKind, ResultFacts, ResultLine, notice, result_paper
from tests.papers.test_forms import of_kind

FACTS = ResultFacts(
    title="Quyết định",
    number="12/QĐ-UBND",
    reference="H06.31.01-200615-0001",
    agency="Ủy ban nhân dân Phường Mẫu",
    superior="Ủy ban nhân dân thành phố",
    place="Vũng Tàu",
    at=datetime(2020, 6, 15, 3, tzinfo=UTC),
    lines=[ResultLine("paragraph", [("Nội dung.", False)])],
    officer="Trần Văn Mẫu Bình",
    officer_title="Chủ tịch",
    recipients=["Như trên"],
    look_up_address="https://example.test/track",
    made_from="",
)


def heights(page: PageObject) -> dict[str, float]:
    """Each piece of text and how far above the lower edge it stands."""
    found: dict[str, float] = {}

    def see(text: str, outer: list[float], inner: list[float], _font: object, _size: object) -> None:
        if text.strip():
            found[text.strip()] = outer[5] + inner[5] * outer[3]

    page.extract_text(visitor_text=see)
    return found


@pytest.mark.parametrize(
    "recipients",
    [
        [f"Cơ quan số {number}" for number in range(9)],
        [f"Cơ quan số {number}" for number in range(20)],
        [f"Cơ quan số {number}" for number in range(400)],
        ["Một nơi nhận có tên rất dài " * 140],
    ],
    ids=["nine", "twenty", "four hundred", "one of four thousand characters"],
)
def test_all_are_named_and_the_place_to_sign_stays(recipients: list[str]) -> None:
    usual = heights(PdfReader(io.BytesIO(result_paper(FACTS))).pages[-1])
    pages = PdfReader(io.BytesIO(result_paper(replace(FACTS, recipients=recipients)))).pages
    assert all(0 < height < page.mediabox.height for page in pages for height in heights(page).values())
    last = heights(pages[-1])
    assert last[FACTS.officer] == pytest.approx(usual[FACTS.officer], abs=1)
    said = " ".join(" ".join(page.extract_text() for page in pages).split())
    assert all(one in said for one in recipients[0:2] + recipients[-1:] if len(one) < 100)
    assert said.count("tên rất dài") in (0, 140)


@pytest.mark.parametrize("number", range(1, 61, 3))
def test_the_place_to_sign_stays_however_the_text_ends_on_its_page(number: int) -> None:
    usual = heights(PdfReader(io.BytesIO(result_paper(FACTS))).pages[-1])
    lines = [ResultLine("paragraph", [(f"Điều {one}.", False)]) for one in range(1, number + 1)]
    pages = PdfReader(io.BytesIO(result_paper(replace(FACTS, lines=lines)))).pages
    assert heights(pages[-1])[FACTS.officer] == pytest.approx(usual[FACTS.officer], abs=1)
    said = " ".join(" ".join(page.extract_text() for page in pages).split())
    assert all(f"Điều {one}." in said for one in range(1, number + 1))


@pytest.mark.parametrize("kind", ["supplement", "refusal", "denial", "apology", "stop"])
def test_the_place_to_sign_a_notice_stays_however_its_reason_ends(kind: NoticeKind) -> None:
    facts = of_kind(kind)
    usual = heights(PdfReader(io.BytesIO(notice(facts, lang="vi"))).pages[-1])[facts.officer]
    for number in range(4, 44, 3):
        reason = tuple(f"Lý do {one}." for one in range(number))
        pages = PdfReader(io.BytesIO(notice(replace(facts, reason=reason), lang="vi"))).pages
        assert heights(pages[-1])[facts.officer] == pytest.approx(usual, abs=1), number
