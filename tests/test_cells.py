"""Cells of files that a spreadsheet opens."""

import pytest

from portal.cells import harmless


@pytest.mark.parametrize(
    "cell", ["=1+1", "+1", "-1", "@x", "\tx", "\r=x", "\uff1d1+1", "\uff0b1", "\uff0d1", "\uff20x"]
)
def test_no_cell_becomes_a_formula(cell: str) -> None:
    assert harmless(cell) == "'" + cell


@pytest.mark.parametrize("cell", ["H06.31.01-200615-0001", "a=b", "", None, True, 5])
def test_other_cells_stay_as_they_are(cell: object) -> None:
    assert harmless(cell) is cell
