import unicodedata
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.errors import Invalid
from portal.people import claims

CITIZEN: dict[str, object] = {
    "sub": "x",
    "TechID": "tech-1",
    "LoaiTaiKhoan": "1",
    "HoVaTen": "Nguyễn Thị Mẫu An",
    "SoDinhDanh": "099190000001",
    "SoCMND": "990000001",
    "NgayThangNamSinh": "19900517",
    "ThuDienTu": "mau.an@example.test",
    "SoDienThoai": "0900000001",
    "DiaChi": "12 đường Mẫu",
}


def test_the_names_of_the_national_sign_in_are_understood() -> None:
    said = claims.read(CITIZEN)
    assert said == claims.Claims(
        subject="tech-1",
        kind="citizen",
        name="Nguyễn Thị Mẫu An",
        national_id="099190000001",
        born_on=date(1990, 5, 17),
        email="mau.an@example.test",
        phone="0900000001",
        address="12 đường Mẫu",
    )


def test_contact_data_may_be_missing_and_the_older_card_stands_in() -> None:
    said = claims.read({"TechID": "t", "HoVaTen": "Võ Ngọc Mẫu Giang", "SoCMND": "990000005"})
    assert (said.kind, said.national_id, said.email, said.phone, said.address) == (
        "citizen",
        "990000005",
        None,
        None,
        None,
    )


def test_an_organisation_is_named_by_its_own_name_and_keeps_no_id_number_of_its_representative() -> None:
    said = claims.read({**CITIZEN, "LoaiTaiKhoan": "2", "TenDoanhNghiep": "Công ty Mẫu", "MaSoThue": "9900000016"})
    assert (said.kind, said.name, said.tax_code, said.national_id) == (
        "organisation",
        "Công ty Mẫu",
        "9900000016",
        None,
    )


def test_only_the_named_claim_is_the_subject() -> None:
    assert claims.read(CITIZEN, subject_claim="sub").subject == "x"
    with pytest.raises(Invalid, match="incomplete_identity"):
        claims.read({key: value for key, value in CITIZEN.items() if key != "TechID"})


@pytest.mark.parametrize("missing", ["TechID", "HoVaTen"])
@pytest.mark.parametrize("value", ["", "  ", None, 7, ["x"], {"a": 1}, "\u200b\u202e", "x" * 256])
def test_without_a_usable_subject_or_name_there_is_no_identity(missing: str, value: object) -> None:
    with pytest.raises(Invalid) as caught:
        claims.read({**CITIZEN, missing: value})
    assert caught.value.code == "incomplete_identity"


def test_an_account_type_nobody_knows_is_refused() -> None:
    with pytest.raises(Invalid):
        claims.read({**CITIZEN, "LoaiTaiKhoan": "3"})


@pytest.mark.parametrize(
    ("claim", "value"),
    [
        ("SoDinhDanh", "09919000000"),
        ("SoDinhDanh", "٠٩٩١٩٠٠٠٠٠٠١"),
        ("NgayThangNamSinh", "19900230"),
        ("NgayThangNamSinh", "1990"),
        ("ThuDienTu", "not an address"),
        ("ThuDienTu", "a@b@c.test"),
        ("SoDienThoai", "call me"),
        ("DiaChi", "x" * 301),
    ],
)
def test_a_claim_that_is_not_what_it_should_be_counts_as_not_given(claim: str, value: str) -> None:
    field = {
        "SoDinhDanh": "national_id",
        "NgayThangNamSinh": "born_on",
        "ThuDienTu": "email",
        "SoDienThoai": "phone",
        "DiaChi": "address",
    }[claim]
    said = claims.read({"TechID": "t", "HoVaTen": "Tên Mẫu", claim: value})
    assert getattr(said, field) is None


def test_a_name_in_decomposed_letters_is_the_same_name() -> None:
    decomposed = unicodedata.normalize("NFD", "Nguyễn Thị Mẫu An")
    assert claims.read({**CITIZEN, "HoVaTen": f" {decomposed}\u200b \t"}).name == "Nguyễn Thị Mẫu An"


@given(st.dictionaries(st.sampled_from([*CITIZEN, "name", "email"]), st.one_of(st.text(), st.integers(), st.none())))
def test_whatever_a_provider_says_is_read_or_refused(raw: dict[str, object]) -> None:
    try:
        said = claims.read(raw)
    except Invalid:
        return
    for value in (said.subject, said.name, said.address or "."):
        assert value
        assert value == unicodedata.normalize("NFC", value)
        assert not any(unicodedata.category(c) in ("Cc", "Cf") for c in value)
