"""Hải Đăng: a public-services portal with a transparency ledger.

This package itself loads nothing, so that what outsiders run alone (`python -m portal.ledger.verify`) needs neither
framework nor database. `create_app` lives in `portal.application` and is loaded when somebody asks for it.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from portal.application import create_app as create_app


def __getattr__(name: str) -> Any:
    if name == "create_app":
        return import_module("portal.application").create_app
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
