import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask

from portal import display

PORTAL = Path(display.__file__).parent


@dataclass
class Text:
    vi: str
    en: str


@pytest.fixture(params=["vi", "en"])
def lang(plain_app: Flask, request: pytest.FixtureRequest) -> Iterator[str]:
    with plain_app.test_request_context(f"/?lang={request.param}"):
        yield request.param


def test_an_instant_is_shown_on_a_clock_in_viet_nam() -> None:
    assert display.instant(datetime(2020, 6, 14, 17, 5, tzinfo=UTC)) == "15/06/2020, 00:05"
    assert display.day(datetime(2020, 6, 14, 17, 5, tzinfo=UTC)) == "15/06/2020"
    assert display.day(date(2020, 6, 14)) == "14/06/2020"
    assert display.time_of_day(datetime(2020, 6, 14, 17, 5, tzinfo=UTC)) == "00:05"
    assert display.instant(None) == display.day(None) == ""


def test_a_naive_instant_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        display.instant(datetime(2020, 6, 14))  # noqa: DTZ001


def test_numbers_are_grouped_as_the_language_does(lang: str) -> None:
    assert display.number(1234567) == ("1.234.567" if lang == "vi" else "1,234,567")
    assert display.number(98.54, 1) == ("98,5" if lang == "vi" else "98.5")
    assert display.number(None) == ""


def test_sizes_are_said_as_people_say_them(lang: str) -> None:
    assert display.file_size(20 * 1024 * 1024) == "20\u00a0MB"
    assert display.file_size(1_572_864) == ("1,5\u00a0MB" if lang == "vi" else "1.5\u00a0MB")
    assert display.file_size(10) == "1\u00a0KB"


def test_money_stays_with_its_amount(lang: str) -> None:
    assert display.money(1_250_000) == ("1.250.000\u00a0đồng" if lang == "vi" else "1,250,000\u00a0VND")
    assert display.money(None) == ""


def test_no_sentence_of_the_portal_parts_a_size_from_its_unit() -> None:
    """Those that are made of parts are held above; here are the words as they stand in the sources."""
    sources = [path for kind in ("*.py", "*.html", "*.js") for path in PORTAL.rglob(kind) if "dist" not in path.parts]
    parted = [
        f"{path.relative_to(PORTAL)}: {line.strip()}"
        for path in sources
        for line in path.read_text(encoding="utf-8").splitlines()
        if '"""' not in line and re.search(r"""["'`].*[\d}] [KM]B\b""", line)
    ]
    assert not parted, "\n".join(parted)


def test_a_length_of_time_has_its_two_largest_parts(plain_app: Flask) -> None:
    with plain_app.test_request_context("/?lang=vi"):
        assert display.duration(timedelta(days=3, hours=4, minutes=5)) == "3 ngày 4 giờ"
        assert display.duration(timedelta(hours=1)) == "1 giờ"
        assert display.duration(timedelta(seconds=20)) == "dưới một phút"
        assert display.duration(timedelta(days=2, minutes=5)) == "2 ngày 5 phút"


def test_a_bilingual_text_falls_back_to_vietnamese(lang: str) -> None:
    assert display.text(Text("một", "one")) == ("một" if lang == "vi" else "one")
    assert display.text({"vi": "một", "en": "one"}) == ("một" if lang == "vi" else "one")
    assert display.text(Text("một", "")) == display.text({"vi": "một"}) == "một"
    assert display.text("như cũ") == "như cũ"
    assert display.text(None) == ""


def test_every_state_has_words_and_a_tone(lang: str) -> None:
    tones = {"neutral", "progress", "waiting", "good", "bad", "late"}
    states = ["filed", "not_received", "in_progress", "awaiting_supplement", "resolved", "returned", "withdrawn"]
    words = {display.state_words(state)[0] for state in states}
    assert len(words) == len(states)
    assert {display.state_words(state)[1] for state in states} <= tones
    with pytest.raises(KeyError):
        display.state_words("unheard_of")


def test_what_is_not_built_says_how_to_build_it(plain_app: Flask) -> None:
    with plain_app.app_context(), pytest.raises(display.AssetsMissing, match=r"build-assets\.mjs"):
        display.asset("unheard-of.css")
