"""A signed paper is accepted by everybody's tools, a changed one by none, and what may not sign does not."""

import io
import re
from datetime import timedelta
from pathlib import Path

import pypdf
import pytest
from pyhanko.sign.general import as_signing_certificate_v2

from portal.signatures import demo_authority, reading
from portal.signatures.findings import Bytes, Reading, Trust
from portal.signatures.places import places
from portal.signatures.refusals import CannotSign
from portal.signatures.roll import BadRoll, Roll
from portal.signatures.signer import Cms
from portal.signatures.straight import finish
from tests.dossiers.corpus import typeset
from tests.signatures.authority import AT, MADE_AT, OFFICER, Authority, pdfsig, qpdf, signed

RESULT = typeset("= Giấy khai sinh\nTrẻ em Mẫu")
VALID = "Signature Validation: Signature is Valid."


def read(authority: Authority, pdf: bytes) -> Reading:
    return reading.read(pdf, roots=authority.roots, at=AT)


def by_both(authority: Authority, pdf: bytes, sheet: bytes) -> bytes:
    """Signed as a result is: by the officer, then by the agency."""
    where = places(AT.date())
    once = signed(pdf, authority.roll.officer(OFFICER), name="Officer", box=where.officer, stamp=sheet, watermark=sheet)
    return signed(once, authority.roll.agency("H06.31.01"), box=where.seal, stamp=sheet)


def flipped(pdf: bytes, place: int) -> bytes:
    return pdf[:place] + bytes([pdf[place] ^ 1]) + pdf[place + 1 :]


def test_a_signed_receipt_is_valid_for_pdfsig_and_for_us(authority: Authority, paper: bytes, tmp_path: Path) -> None:
    made = signed(paper, authority.roll.agency("H06.31.01"))
    said = pdfsig(made, tmp_path)
    assert VALID in said
    assert "Total document signed" in said
    assert "ETSI.CAdES.detached" in said
    found = read(authority, made)
    assert found.whole
    assert [(one.bytes, one.trust, one.demo) for one in found.found] == [(Bytes.UNTOUCHED, Trust.HELD, True)]


def test_each_signature_names_its_own_certificate(authority: Authority) -> None:
    """The name is encoded once a certificate and kept: never another's, and the bytes that pyHanko would write."""
    agency, officer = authority.roll.agency("H06.31.01"), authority.roll.officer(OFFICER)
    for one in (agency, officer, agency):
        made = finish(Cms(one).async_sign(bytes(32), "sha256", use_pades=True))
        attributes = made["content"]["signer_infos"][0]["signed_attrs"]
        (named,) = [found for found in attributes if found["type"].native == "signing_certificate_v2"]
        assert named["values"][0].dump() == as_signing_certificate_v2(one.certificate).dump()


def test_a_result_signed_by_officer_and_agency_is_valid_for_both(
    authority: Authority, paper: bytes, tmp_path: Path
) -> None:
    made = by_both(authority, RESULT, paper)
    assert pdfsig(made, tmp_path).count(VALID) == 2
    found = read(authority, made)
    assert found.whole
    assert [one.signer for one in found.found] == ["Hồ Thị Mẫu Lan (DEMO)", "Ủy ban nhân dân Phường Mẫu (DEMO)"]
    assert [one.bytes for one in found.found] == [Bytes.SIGNED_AFTER, Bytes.UNTOUCHED]


def test_the_original_is_the_beginning_of_what_is_signed(authority: Authority, paper: bytes) -> None:
    assert by_both(authority, RESULT, paper).startswith(RESULT)


def test_qpdf_finds_signed_papers_sound(authority: Authority, paper: bytes, tmp_path: Path) -> None:
    assert qpdf(signed(paper, authority.roll.agency("H06.31.01")), tmp_path) == 0
    assert qpdf(by_both(authority, paper, paper), tmp_path) == 0


def test_a_signed_receipt_still_declares_itself_pdf_a(authority: Authority, paper: bytes) -> None:
    """The signature adds a widget that prints, with no font and no colour of its own; the metadata stay."""
    pdf = pypdf.PdfReader(io.BytesIO(signed(paper, authority.roll.agency("H06.31.01"))), strict=True)
    metadata = bytes(pdf.root_object["/Metadata"].get_data())  # type: ignore[attr-defined]
    assert b"pdfaid" in metadata
    assert re.search(rb"part(>|=\")2", metadata)
    widget = pdf.pages[-1]["/Annots"][0].get_object()  # type: ignore[index]
    assert widget["/F"] & 4


@pytest.mark.parametrize("where", ["first", "middle", "last"])
def test_a_flipped_byte_is_caught_by_pdfsig_and_by_us(
    authority: Authority, paper: bytes, tmp_path: Path, where: str
) -> None:
    made = signed(paper, authority.roll.agency("H06.31.01"))
    place = {"first": made.index(b"stream") + 40, "middle": len(paper) // 2, "last": len(made) - 40}[where]
    broken = flipped(made, place)
    assert VALID not in pdfsig(broken, tmp_path)
    assert not read(authority, broken).whole


def test_bytes_after_the_end_are_told_and_never_passed_over(authority: Authority, paper: bytes) -> None:
    made = signed(paper, authority.roll.agency("H06.31.01")) + b"\n% harmless\n"
    found = read(authority, made)
    assert found.appended == 12
    assert not found.whole
    assert found.found[0].bytes is Bytes.ADDED_TO


def test_a_page_laid_over_after_the_signature_does_not_pass(authority: Authority, paper: bytes) -> None:
    writer = pypdf.PdfWriter(io.BytesIO(signed(paper, authority.roll.agency("H06.31.01"))), incremental=True)
    writer.add_blank_page(200, 200)
    out = io.BytesIO()
    writer.write(out)
    assert not read(authority, out.getvalue()).whole


def test_a_foreign_root_is_not_trusted(authority: Authority, paper: bytes) -> None:
    made = signed(paper, authority.roll.agency("H06.31.01"))
    found = reading.read(made, roots=(), at=AT)
    assert found.found[0].trust is Trust.UNKNOWN_ISSUER
    assert not found.whole


def test_an_expired_certificate_does_not_sign(authority: Authority, paper: bytes) -> None:
    late = MADE_AT + demo_authority.YEARS + timedelta(days=1)
    with pytest.raises(CannotSign) as refusal:
        signed(paper, authority.roll.agency("H06.31.01"), at=late)
    assert refusal.value.reason == "expired"


def test_a_certificate_of_tomorrow_does_not_sign(authority: Authority, paper: bytes) -> None:
    with pytest.raises(CannotSign) as refusal:
        signed(paper, authority.roll.agency("H06.31.01"), at=MADE_AT - timedelta(days=2))
    assert refusal.value.reason == "not_yet_valid"


def test_a_revoked_certificate_does_not_sign(authority: Authority, paper: bytes) -> None:
    demo_authority.revoke(authority.folder, "agency.p12", at=MADE_AT)
    roll = authority.roll
    with pytest.raises(CannotSign) as refusal:
        signed(paper, roll.agency("H06.31.01"), checking=roll.checking)
    assert refusal.value.reason == "revoked"


def test_what_proves_that_it_was_not_revoked_goes_into_the_file(authority: Authority, paper: bytes) -> None:
    roll = authority.roll
    made = signed(paper, roll.agency("H06.31.01"), checking=roll.checking)
    pdf = pypdf.PdfReader(io.BytesIO(made), strict=True)
    assert len(pdf.root_object["/DSS"]["/CRLs"]) == 1  # type: ignore[index]
    assert read(authority, made).whole


def test_where_it_must_be_known_and_nobody_says_it_nothing_is_signed(authority: Authority, paper: bytes) -> None:
    (authority.folder / demo_authority.ROLL).write_text(
        (authority.folder / demo_authority.ROLL).read_text().replace('lists = ["demo-revoked.pem"]', "")
    )
    roll = authority.roll
    with pytest.raises(CannotSign) as refusal:
        signed(paper, roll.agency("H06.31.01"), checking=roll.checking)
    assert refusal.value.reason == "revocation_unknown"


def test_who_is_not_on_the_roll_does_not_sign(authority: Authority) -> None:
    with pytest.raises(CannotSign) as refusal:
        authority.roll.officer("somebody-else")
    assert refusal.value.reason == "no_certificate"


def test_production_refuses_the_demo_authority(authority: Authority) -> None:
    with pytest.raises(BadRoll, match="demo"):
        Roll.read(authority.folder / demo_authority.ROLL, demo=False)


def test_production_refuses_a_demo_certificate_without_its_root(authority: Authority) -> None:
    file = authority.folder / demo_authority.ROLL
    file.write_text(file.read_text().replace('roots = ["demo-root.pem"]', ""))
    with pytest.raises(BadRoll, match="demo"):
        Roll.read(file, demo=False)


@pytest.mark.parametrize("pdf", [b"", b"%PDF-1.7\n%%EOF", b"not a pdf at all", RESULT[: len(RESULT) // 2]])
def test_what_is_no_pdf_is_not_signed(authority: Authority, pdf: bytes) -> None:
    with pytest.raises(CannotSign) as refusal:
        signed(pdf, authority.roll.agency("H06.31.01"))
    assert refusal.value.reason == "not_signable"


def test_the_demo_authority_is_made_once_and_later_officers_are_added(authority: Authority) -> None:
    before = {file.name: file.read_bytes() for file in authority.folder.glob("*.p12")}
    assert not demo_authority.make(authority.folder, agency="x", officers={OFFICER: "y"}, at=AT)
    assert demo_authority.make(authority.folder, agency="x", officers={OFFICER: "y", "new one": "Mẫu"}, at=AT)
    after = {file.name: file.read_bytes() for file in authority.folder.glob("*.p12")}
    assert {name: after[name] for name in before} == before
    assert len(after) == len(before) + 1
    assert authority.roll.officer("new one").certificate is not None


def test_its_keys_are_for_this_user_alone(authority: Authority) -> None:
    assert {file.stat().st_mode & 0o077 for file in authority.folder.iterdir()} == {0}
