"""Cells of files that a spreadsheet opens. Pure."""

STARTS = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""With these a spreadsheet takes a cell for a formula, and runs it; some do with the wide forms, too (OWASP, "CSV
Injection")."""


def harmless(cell: object) -> object:
    """The cell; a text that begins like a formula with an apostrophe before it."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(STARTS) else cell
