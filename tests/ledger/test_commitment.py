import base64
from dataclasses import replace
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.ledger import canonical, commitment
from portal.ledger.commitment import BadOpening
from tests.ledger.acts import SECRET

FIELDS = {"applicant": "Nguyễn Văn Mẫu", "born_on": "1980-01-31", "children": [1, 2], "note": None}
NAMES = st.text("abc_.", min_size=1, max_size=4)
CONTENT = st.dictionaries(NAMES, st.integers(0, 9) | st.text("xyz", max_size=3), max_size=5)


def test_a_digest_is_that_of_sd_jwt() -> None:
    """The first example of RFC 9901 section 4.2.3."""
    disclosure = "WyJfMjZiYzRMVC1hYzZxMktJNmNCVzVlcyIsICJmYW1pbHlfbmFtZSIsICJNw7ZiaXVzIl0"
    assert commitment.digest(disclosure) == "X9yH0Ajrdm1Oij4tWso9UzzKJvPoDxwmuEcO3XAdRC0"


def test_a_commitment_is_what_the_description_says() -> None:
    """Built here a second time, by hand, from the description alone."""

    def url(data: bytes) -> str:
        return base64.urlsafe_b64encode(data).decode().rstrip("=")

    def salt(name: str) -> bytes:
        return commitment.salt(SECRET, purpose="private", n=3, name=name)

    digests = sorted(
        url(sha256(url(canonical.render([url(salt(name)), name, value])).encode()).digest())
        for name, value in FIELDS.items()
    )
    listed = ("[" + ",".join(f'"{text}"' for text in digests) + "]").encode()
    expected = sha256(b"hai-dang/commitment/v1\x00" + salt("") + listed).digest()
    assert commitment.commit(FIELDS, secret=SECRET, n=3) == expected


def test_known_answers_that_must_never_change() -> None:
    assert commitment.salt(SECRET, purpose="private", n=0, name="").hex() == (
        "08c9f777bfe61e1d9609645f5afff5f6f83ed4417bd18d9243308c19f11fa481"
    )
    assert commitment.commit(FIELDS, secret=SECRET, n=0).hex() == (
        "b95094db05704085f2b978c99226dce48f681cebff5080783bc25f737f27d7f9"
    )


@given(CONTENT, st.data())
def test_an_opening_shows_exactly_what_it_should(fields: dict[str, object], data: st.DataObject) -> None:
    show = data.draw(st.sets(st.sampled_from(sorted(fields)))) if fields else set()
    opening = commitment.open_fields(fields, show=show, secret=SECRET, n=1)
    again = commitment.parse_opening(opening.render())
    assert again == opening
    assert commitment.check(again, commitment.commit(fields, secret=SECRET, n=1)) == {k: fields[k] for k in show}


def test_an_opening_of_one_field_tells_nothing_of_the_others() -> None:
    opening = commitment.open_fields(FIELDS, show={"born_on"}, secret=SECRET, n=1).render()
    shown = b"".join(base64.urlsafe_b64decode(text + "===") for text in canonical.parse(opening)["disclosures"])
    for hidden in ("Nguyễn", "applicant", "children"):
        assert hidden.encode() not in opening + shown
    for value in ("Nguyễn Văn Mẫu", "applicant"):
        assert base64.b64encode(sha256(value.encode()).digest()) not in opening


def test_equal_content_never_links_two_acts_or_two_dossiers() -> None:
    seen = {commitment.commit(FIELDS, secret=SECRET, n=n) for n in range(20)}
    seen |= {commitment.commit(FIELDS, secret=bytes([n]) * 32, n=0) for n in range(20)}
    seen.add(commitment.commit(FIELDS, secret=SECRET, n=0, purpose="sealed"))
    assert len(seen) == 41


def test_a_changed_opening_opens_nothing() -> None:
    good = commitment.open_fields(FIELDS, show={"born_on", "note"}, secret=SECRET, n=1)
    right = commitment.commit(FIELDS, secret=SECRET, n=1)
    other = commitment.open_fields({"born_on": "1990-01-01"}, show={"born_on"}, secret=SECRET, n=1)
    for wrong in (
        replace(good, salt=bytes(32)),
        replace(good, digests=good.digests[:-1]),
        replace(good, digests=(*good.digests, good.digests[0])),
        replace(good, digests=good.digests[::-1]),
        replace(good, disclosures=other.disclosures),
        replace(good, disclosures=(*good.disclosures, good.disclosures[0])),
        replace(good, disclosures=("!",)),
        other,
    ):
        with pytest.raises(BadOpening):
            commitment.check(wrong, right)


def test_a_disclosure_that_is_no_triple_opens_nothing() -> None:
    for content in (b"1", b"[1]", b'["s",1,2]', b'["s","",2]', b'[1,"a",2]', b'["s", "a",2]', b"\xff"):
        text = base64.urlsafe_b64encode(content).decode().rstrip("=")
        digest = commitment.digest(text)
        salt = bytes(32)
        total = sha256(b"hai-dang/commitment/v1\x00" + salt + canonical.render([digest])).digest()
        with pytest.raises(BadOpening):
            commitment.check(commitment.Opening(salt, (digest,), (text,)), total)


@pytest.mark.parametrize(
    "data",
    [
        b"{}",
        b"[]",
        b"x",
        b'{"digests":[],"disclosures":[],"salt":"AA==","v":1}',
        b'{"digests":[1],"disclosures":[],"salt":"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=","v":1}',
        b'{"digests":[],"disclosures":["b","a"],"salt":"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=","v":1}',
        b'{"digests":[],"disclosures":[],"salt":1,"v":1}',
        b'{"digests":{},"disclosures":[],"salt":"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=","v":1}',
        b'{"digests":[],"disclosures":[],"salt":"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=","v":true}',
        b'{"digests":[],"disclosures":[],"salt":"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=","v":2}',
    ],
)
def test_a_malformed_opening_is_refused(data: bytes) -> None:
    with pytest.raises(BadOpening):
        commitment.parse_opening(data)


def test_a_secret_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        commitment.commit(FIELDS, secret=b"short", n=0)
    with pytest.raises(ValueError, match="name"):
        commitment.commit({"": 1}, secret=SECRET, n=0)
