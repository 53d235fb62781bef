"""Large modules that few processes need: loaded when something of them is first asked for.

Beside each stands the ordinary import, for whoever checks types and the contracts of imports.
"""

from importlib import import_module
from typing import Any


class Later:
    """Stands where the module of that name would."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, attribute: str) -> Any:
        return getattr(import_module(self._name), attribute)
