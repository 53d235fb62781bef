"""Points and areas from typed coordinates, kept as GeoJSON."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.procedures import coordinates
from portal.procedures.formats import Refusal

VUNG_TAU = {"type": "Point", "coordinates": [107.08426, 10.34597]}
TYPED = [
    "10.34597, 107.08426",
    "10,34597; 107,08426",
    "10,34597 107,08426",
    "10.34597,107.08426",
    "107.08426 10.34597",
    "10.34597° N, 107.08426° E",
    "10.34597 B 107.08426 Đ",
    "10°20'45.492\"N 107°05'03,336\"E",
    "10° 20′ 45.492″ N; 107° 5′ 3.336″ E",
]
PLOT = "10,346 107,084\n10,346 107,085\n10,347 107,085\n10,347 107,084"


def point(text: str) -> dict[str, object]:
    return coordinates.read(text, shape="point", most=1)


def area(text: str, most: int = 50) -> dict[str, object]:
    return coordinates.read(text, shape="area", most=most)


@pytest.mark.parametrize("text", TYPED)
def test_a_point_is_read_however_it_is_written(text: str) -> None:
    assert point(text) == VUNG_TAU


@pytest.mark.parametrize("text", ["8,645 111,92", "16,53 111,61"], ids=["Trường Sa", "Hoàng Sa"])
def test_the_archipelagos_are_in_viet_nam(text: str) -> None:
    assert point(text)["type"] == "Point"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("10.3", "not_coordinates"),
        ("10.3 107.1 5", "not_coordinates"),
        ("10°61'N 107°E", "not_coordinates"),
        ("1" * 5000, "not_coordinates"),
        ("10.3 S 107.1 E", "outside_viet_nam"),
        ("35.6 139.7", "outside_viet_nam"),
        ("10.3 10.3", "outside_viet_nam"),
    ],
)
def test_what_is_no_point_here_is_refused(text: str, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        point(text)
    assert (refused.value.code, refused.value.facts) == (code, {"line": 1})


def test_an_area_is_one_closed_ring_counter_clockwise_however_it_was_walked() -> None:
    ring = [[107.084, 10.346], [107.085, 10.346], [107.085, 10.347], [107.084, 10.347], [107.084, 10.346]]
    assert area(PLOT) == {"type": "Polygon", "coordinates": [ring]}
    first, *rest = PLOT.split("\n")
    assert area("\n".join((first, *reversed(rest)))) == area(PLOT)
    assert area(f"{PLOT}\n{first}") == area(PLOT)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("10 107\n10 107\n10 107", "too_few_points"),
        ("10 107\n10 108", "too_few_points"),
        ("10 107\n10 108\n10 109", "crossing_lines"),
        ("10 107\n11 108\n10 108\n11 107", "crossing_lines"),
        ("10 107\n11 107\n11 108\n11 107\n10 108", "crossing_lines"),
        ("10 107\n10 109\n11 109\n10 108\n11 107", "crossing_lines"),
        ("10 107\n11 107\nở đâu", "not_coordinates"),
        (f"{PLOT}\n{PLOT}", "too_many_points"),
    ],
)
def test_what_is_no_area_is_refused(text: str, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        area(text, most=6)
    assert refused.value.code == code


def test_a_plot_has_its_size_and_its_outline() -> None:
    assert coordinates.square_metres(area(PLOT)) == pytest.approx(12_190, rel=0.01)
    drawn = coordinates.outline(area(PLOT), size=200, margin=14)
    assert all(14 <= number <= 186 for corner in drawn for number in corner)
    assert drawn[0][1] > drawn[2][1]  # north is above


CORNER = st.tuples(st.integers(6_000_000, 23_500_000), st.integers(102_000_000, 118_000_000))


@given(st.lists(CORNER, min_size=3, max_size=8))
def test_what_is_kept_reads_the_same_again(corners: list[tuple[int, int]]) -> None:
    text = "\n".join(f"{y / 1e6:.6f} {x / 1e6:.6f}" for y, x in corners)
    try:
        kept = area(text)
    except Refusal:
        return
    assert area("\n".join(coordinates.lines_of(kept))) == kept
    assert coordinates.is_geometry(kept, shape="area", most=8)
    assert not coordinates.is_geometry(kept, shape="point", most=1)
