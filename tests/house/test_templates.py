"""The instrument that finds SQL in templates must itself be able to fail."""

import pytest
from flask import Flask, render_template_string
from sqlalchemy import text
from sqlalchemy.orm import Session


def test_a_statement_while_a_template_renders_fails_the_test(app: Flask, session: Session) -> None:
    session.connection()  # the first connection of a process asks the server who it is
    with app.test_request_context(), pytest.raises(AssertionError, match="renders: select 1"):
        render_template_string("{{ ask() }}", ask=lambda: session.execute(text("select 1")).scalar())


def test_a_statement_before_and_after_rendering_is_no_matter(app: Flask, session: Session) -> None:
    with app.test_request_context():
        found = session.execute(text("select 1")).scalar()
        assert render_template_string("{{ found }}", found=found) == "1"
        assert session.execute(text("select 2")).scalar() == 2
