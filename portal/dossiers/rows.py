"""Rows and selects of Core whose columns are read by name, and the numbers of rows."""

from typing import Any, TypeAlias

from sqlalchemy import Row, Select

AnyRow: TypeAlias = Row[*tuple[Any, ...]]
AnySelect: TypeAlias = Select[*tuple[Any, ...]]

LARGEST_KEY = 2**63 - 1


def is_key(number: int) -> bool:
    """Whether a number from an address or a form can be a row's at all; PostgreSQL fails on greater ones."""
    return 0 < number <= LARGEST_KEY
