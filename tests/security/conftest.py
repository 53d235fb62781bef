"""Applications with other settings, as the tests of the design make them."""

from tests.design.conftest import make_app

__all__ = ["make_app"]
