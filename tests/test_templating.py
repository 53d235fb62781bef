"""What is settled is written into a template once a language; what hangs on the request is not."""

import contextvars
from collections.abc import Callable
from typing import Any, cast

import pytest
from flask import Flask, render_template
from flask_babel import force_locale
from jinja2 import DictLoader

from portal import addresses, shells, templating
from portal.stencils import Encoded, filled, stencil
from portal.templating import SettledEnvironment
from tests.watched_cursors import watching

TEMPLATES = {
    "said.html": '{{ _("Thủ tục") }}|{{ _("Mã bắt đầu bằng %(code)s", code=code) }}|{{ lang() }}',
    "said.txt": '{{ _("Mã bắt đầu bằng %(code)s", code=code) }}',
    "led.html": '{{ url_for("ledger.index") }} {{ url_for("ledger.dossier", reference=code) }} '
    '{{ url_for("catalogue.index", q="a&b") }}',
    "asked.html": '{% if endpoint_exists("ledger.index") %}yes{% else %}no{% endif %}'
    '{% if code == "1" %}1{% elif endpoint_exists("nowhere") %}2{% else %}3{% endif %}'
    '{% if endpoint_exists("nowhere") %}{{ url_for("nowhere") }}{% endif %}',
    "whole.html": '{{ header(none) }}<title>{{ title }}</title>{% if late %}{{ _("Trễ hạn") }} 100%{% endif %}'
    '<script nonce="{{ csp_nonce() }}"></script>{{ rows }}{{ title }}',
    "line.html": '<b title="{{ line.b }}">{{ line.a }}</b>{% if late %} 100% {{ _("Trễ hạn") }}{% endif %}\n',
}


@pytest.fixture
def small(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """The application with a few templates of the test's own."""
    monkeypatch.setattr(app.jinja_env, "loader", DictLoader(TEMPLATES))
    monkeypatch.setattr(app.jinja_env, "by_language", {})
    return app


def within(app: Flask, path: str, work: Callable[[], Any]) -> Any:
    """What the work gives inside a request of its own: the test's own context would lend it its language."""

    def run() -> Any:
        with app.test_request_context(path):
            return work()

    return contextvars.Context().run(run)


def rendered(app: Flask, name: str, path: str = "/ledger", **values: object) -> str:
    return str(within(app, path, lambda: render_template(name, **values)))


def test_each_language_has_its_own_words_and_values_are_escaped(small: Flask) -> None:
    for _again in range(2):
        assert rendered(small, "said.html", code="<1>") == "Thủ tục|Mã bắt đầu bằng &lt;1&gt;|vi"
        english = rendered(small, "said.html", "/ledger?lang=en", code="100%")
        assert english.startswith("Procedures|") and english.endswith("100%|en")
    assert rendered(small, "said.txt", code="<1>") == "Mã bắt đầu bằng <1>"


def test_a_language_that_is_forced_on_a_piece_is_the_one_it_is_said_in(small: Flask) -> None:
    def forced() -> str:
        with force_locale("en"):
            return render_template("said.html", code="1")

    assert within(small, "/ledger", forced).startswith("Procedures|")
    assert rendered(small, "said.html", code="1").startswith("Thủ tục|")


def test_addresses_with_parts_of_the_request_are_made_for_it(small: Flask) -> None:
    assert rendered(small, "led.html", code="A-1") == "/ledger /ledger/dossiers/A-1 /procedures?q=a%26b"
    assert "/ledger/dossiers/B-2" in rendered(small, "led.html", code="B-2")


def test_a_settled_question_leaves_its_answer_alone(small: Flask) -> None:
    assert rendered(small, "asked.html", code="1") == "yes1"
    assert rendered(small, "asked.html", code="0") == "yes3"


def test_a_stencil_gives_what_its_template_gives(small: Flask) -> None:
    lines = [("a&b", '"quoted"', True), ("100%", "%s", False), ("", "<i>", True), ("nul\0nul", "x", False)]

    def compared() -> None:
        expected = [render_template("line.html", line={"a": a, "b": b}, late=late) for a, b, late in lines]
        rows = [(stencil("line.html", ("a", "b"), late=late), (a, b)) for a, b, late in lines]
        assert filled(rows, width=2) == "".join(expected).encode()
        assert filled(rows[:3], width=2) == "".join(expected[:3]).encode()
        assert filled([], width=2) == b""

    for path in ("/ledger", "/ledger?lang=en"):
        within(small, path, compared)


def test_a_shell_gives_what_its_template_gives(small: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(TEMPLATES, "parts/header.html", '<a href="{{ line.elsewhere }}">{{ other }}</a>')

    def compared() -> None:
        for title, late in (("a&b", True), ("100% %s", False), ("nul\0<nul>", True), ("a&b", True)):
            rows = Encoded(f"<b>{title!r}</b>".encode())
            expected = render_template("whole.html", title=title, rows=rows, late=late)
            assert shells.page("whole.html", {"title": title, "rows": rows}, late=late) == expected.encode()

    for path in ("/ledger", "/ledger?lang=en&q=%3Cb%3E", "/ledger/verify"):
        within(small, path, compared)


def test_a_shell_knows_the_words_of_its_frame_from_its_own(small: Flask) -> None:
    with small.test_request_context("/ledger"), pytest.raises(ValueError, match="elsewhere"):
        shells.page("whole.html", {"elsewhere": "/", "title": ""}, late=False)


def test_a_page_costs_a_stranger_no_statement_for_its_frame(app: Flask) -> None:
    visitor, address = app.test_client(), "/ledger/dossiers/H06.31.01-200615-0001?lang=en"
    visitor.get(address)  # the first one connects
    sent: list[str] = []
    with watching(lambda statement, _values: sent.append(statement)):
        page = visitor.get(address)
    assert page.status_code == 404
    assert 'href="/ledger/dossiers/H06.31.01-200615-0001?lang=vi"' in page.text
    assert len(sent) == 1


@pytest.mark.parametrize("query", [{}, {"q": "a b&c=d/é"}, {"unit": "H06.31.01", "late": 1, "none": None}])
def test_addresses_are_those_of_url_for(app: Flask, query: dict[str, Any]) -> None:
    with app.test_request_context("/"):
        assert addresses.address("ledger.index", query) == app.url_for("ledger.index", **query)


@pytest.mark.parametrize("part", ["H06.31.01-200615-0001", "a b", "ă%", "<x>"])
def test_an_address_of_a_part_leads_to_it(app: Flask, part: str) -> None:
    with app.test_request_context("/"):
        path = addresses.address_of("ledger.dossier_atom", "reference", part)
    endpoint, values = app.url_map.bind("localhost").match(app.test_request_context(path).request.path)
    assert (endpoint, values) == ("ledger.dossier_atom", {"reference": part})


def test_as_much_is_kept_of_pages_as_there_is_room_for(small: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Looks are closed but many: who makes each of them up takes no more memory by it."""
    monkeypatch.setitem(TEMPLATES, "parts/header.html", "{{ line.elsewhere }}")
    with small.test_request_context("/ledger"):
        environment = cast(SettledEnvironment, small.jinja_env).spoken("vi")
        for number in range(templating.MOST_KEPT + 50):
            shells.page("whole.html", {"title": "a", "rows": Encoded()}, late=number)
        assert len(environment.stencils) <= templating.MOST_KEPT
        page = shells.page("whole.html", {"title": "b", "rows": Encoded()}, late=0)
        assert b"b" in page
