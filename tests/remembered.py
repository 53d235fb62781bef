"""What a process remembers of names for the ledger's pages, for a test that has a database of its own."""

import sys

import pytest

from portal.blueprints.ledger import names


def begin_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is remembered from another test, and nothing is forgotten within this one, however long it takes."""
    for name, module in list(sys.modules.items()):
        if name.startswith("portal."):
            for value in vars(module).values():
                if isinstance(value, names.Remembered):
                    monkeypatch.setattr(value, "_kept", {})
    monkeypatch.setattr(names, "monotonic", lambda: 1.0)
