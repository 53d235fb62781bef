"""Each pair of text and ground that the styles use has the contrast of WCAG AA, in light and in dark."""

import re

import pytest

from portal.settings import ROOT

SCSS = ROOT / "portal" / "static" / "src" / "scss" / "_colours.scss"
TEXT = 4.5
SHAPE = 3.0  # borders of fields, focus, large letters

PAIRS = [
    *((text, ground, TEXT) for text in ("ink", "ink-soft", "sea", "sea-dark", "sea-visited", "bad")
      for ground in ("paper", "sand", "field")),
    *((tone, f"{tone}-pale", TEXT) for tone in ("good", "bad", "late", "waiting", "progress", "neutral")),
    *(("ink", f"{tone}-pale", TEXT) for tone in ("good", "bad", "late", "waiting", "progress")),
    *(("sea", f"{tone}-pale", TEXT) for tone in ("good", "bad", "late", "waiting")),
    ("ink-soft", "sea-pale", TEXT),
    ("on-sea", "sea", TEXT),
    ("on-sea", "sea-dark", TEXT),
    ("on-bad", "bad", TEXT),
    ("on-bad", "bad-dark", TEXT),
    ("on-lamp", "lamp", TEXT),
    ("on-deep", "deep", TEXT),
    ("on-deep", "deep-raised", TEXT),
    ("on-deep-soft", "deep", TEXT),
    ("lamp", "deep-raised", SHAPE),
    ("line-strong", "paper", SHAPE),
    ("line-strong", "field", SHAPE),
    ("sea", "paper", SHAPE),
]  # fmt: skip


def palette(name: str) -> dict[str, str]:
    """The colours of one mixin of the file."""
    body = re.search(rf"@mixin {name} {{(.*?)\n}}", SCSS.read_text(), re.DOTALL)
    assert body is not None, f"no palette {name}"
    return dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", body[1]))


def luminance(colour: str) -> float:
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("name", ["light", "dark"])
@pytest.mark.parametrize(("text", "ground", "wanted"), PAIRS)
def test_text_stands_out_from_its_ground(name: str, text: str, ground: str, wanted: float) -> None:
    colours = palette(name)
    found = contrast(colours[text], colours[ground])
    assert found >= wanted, f"{text} on {ground} in {name}: {found:.2f}"


def test_both_palettes_name_the_same_colours() -> None:
    assert palette("light").keys() == palette("dark").keys()


def test_the_measure_knows_black_from_white_and_grey_from_grey() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)
    assert contrast("#999999", "#ffffff") < TEXT
