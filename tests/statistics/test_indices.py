"""Decision 766's indices as data, and pictures as shapes."""

from datetime import date

import pytest

from portal.statistics import decision766, pictures
from portal.statistics.figures import Figures
from portal.statistics.pictures import Bar

VERSION = decision766.version_on(date(2026, 11, 22))
COUNTED = {"ON_TIME", "ONLINE_DOSSIERS"}


def known(figures: Figures) -> dict[str, decision766.Index]:
    assert VERSION is not None
    return {one.definition.key: one for group in VERSION.groups for one in decision766.indices(group, figures)}


def test_the_points_are_a_hundred_and_those_of_a_group_are_its_indices() -> None:
    assert VERSION is not None
    assert sum(group.points for group in VERSION.groups) == 100
    for group in VERSION.groups:
        assert sum(one.points for one in group.indices) == group.points, group.key
        assert group.confidence in "SsMDU"


def test_before_its_first_day_the_decision_has_no_indices() -> None:
    assert decision766.version_on(date(2022, 7, 31)) is None
    assert decision766.version_on(date(2022, 8, 1)) is not None


def test_an_index_without_data_has_neither_ratio_nor_points() -> None:
    for key, one in known(Figures(online=5, early=3)).items():
        assert (one.ratio is None) is (key not in COUNTED), key
        assert (one.points is None) or key in COUNTED


def test_without_dossiers_an_index_has_no_points_either() -> None:
    assert {one.points for one in known(Figures()).values()} == {None}


@pytest.mark.parametrize(("online", "counter", "points"), [(1, 3, 3.0), (1, 1, 6.0), (3, 1, 6.0), (0, 4, 0.0)])
def test_half_online_brings_all_points(online: int, counter: int, points: float) -> None:
    assert known(Figures(online=online, counter=counter))["ONLINE_DOSSIERS"].points == points


def test_on_time_counts_late_ones_and_those_past_their_term() -> None:
    found = known(Figures(carried=2, online=8, late=1, overdue=1))["ON_TIME"]
    assert found.ratio == (8, 10)
    assert found.points == 16


# --- Pictures ----------------------------------------------------------------------------------------------------


def test_bars_are_drawn_against_the_longest() -> None:
    picture = pictures.bars([Bar("05", "4", [("early", 3), ("late", 1)]), Bar("06", "2", [("early", 2), ("late", 0)])])
    assert picture is not None
    widths = [(piece.kind, piece.width) for piece in picture.pieces]
    unit = (pictures.WIDTH - pictures.LEFT - pictures.RIGHT) / 4
    assert widths == [("early", 3 * unit), ("late", unit), ("early", 2 * unit)]
    assert [label.text for label in picture.labels] == ["05", "4", "06", "2"]
    assert all(piece.x + piece.width <= pictures.WIDTH for piece in picture.pieces)


@pytest.mark.parametrize("rows", [[], [Bar("05", "0", [("early", 0)])]])
def test_nothing_to_draw_is_no_picture(rows: list[Bar]) -> None:
    assert pictures.bars(rows) is None
