"""Templates get finished values: a statement that is sent to the database while one renders fails the test."""

from contextvars import ContextVar
from typing import Any

from flask import Flask
from jinja2 import Template

from tests.watched_cursors import watch_always

_rendering: ContextVar[str | None] = ContextVar("rendering", default=None)


class QuietTemplate(Template):
    """A template that is remembered as long as it renders."""

    def render(self, *args: Any, **values: Any) -> str:
        token = _rendering.set(self.name or "a template without a name")
        try:
            return super().render(*args, **values)
        finally:
            _rendering.reset(token)


def watch(app: Flask) -> None:
    """Hold every page of this application to it."""
    app.jinja_env.template_class = QuietTemplate
    watch_always(_refuse)


def _refuse(statement: str, _values: object) -> None:
    name = _rendering.get()
    assert name is None, f"SQL while {name} renders: {statement}"
