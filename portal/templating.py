"""Templates are compiled once a language, with all that is settled by then written in.

Settled is what no request can change: a sentence in that language, the address of a page that has no parts of its
own, whether there is such a page. A page has sixty of them; asked for at each request they cost more than the rest.
What hangs on the request (who is signed in, the nonce, the address of this page) is asked for as ever.
"""

import threading
from collections.abc import Callable, Hashable, Mapping, MutableMapping
from typing import Any, cast

from flask import Flask
from flask.templating import Environment
from jinja2 import Template, nodes
from jinja2.visitor import NodeTransformer
from werkzeug.routing import BuildError

from portal import i18n

Written = Callable[[nodes.Call, Mapping[str, Any]], nodes.Expr | None]


MOST_KEPT = 2048
"""Stencils and shells of one language: what is asked for all day is a few hundred; a shell of the desk has 20 KB."""


class Kept(dict[Hashable, Any]):
    """Pieces by what they were made for; of too many the one that was made first is made anew when it is asked for."""

    def __init__(self) -> None:
        super().__init__()
        self._one_at_a_time = threading.Lock()

    def __setitem__(self, key: Hashable, piece: Any) -> None:
        with self._one_at_a_time:
            if key not in self and len(self) >= MOST_KEPT:
                del self[next(iter(self))]
            super().__setitem__(key, piece)


class SettledEnvironment(Environment):
    """Hands out each template as compiled for the language that sentences are said in at that moment."""

    settled_for: str | None = None
    by_language: dict[str, "SettledEnvironment"]
    stencils: Kept  # of `portal.stencils`: they last as long as the templates that they are made of

    def __init__(self, app: Flask, **options: Any) -> None:
        super().__init__(app, **options)
        self.by_language, self.stencils = {}, Kept()

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """A plain dict where it may be: at each import of macros its keys are compared with those of a chain."""
        return super().make_globals(d) if d else self.globals

    def get_or_select_template(self, template_name_or_list: Any, *rest: Any, **options: Any) -> Template:
        if self.settled_for is None:
            return self.spoken(i18n.spoken()).get_or_select_template(template_name_or_list, *rest, **options)
        return super().get_or_select_template(template_name_or_list, *rest, **options)

    def spoken(self, language: str) -> "SettledEnvironment":
        """This environment with templates of its own for one language."""
        found = self.by_language.get(language)
        if found is None:
            found = self.overlay(cache_size=400)
            found.settled_for, found.stencils = language, Kept()
            found = self.by_language.setdefault(language, found)
        return found

    def _generate(
        self, source: nodes.Template, name: str | None, filename: str | None, defer_init: bool = False
    ) -> str:
        """Jinja's hook between the parsed template and its code."""
        if self.settled_for is not None:
            escapes = self.autoescape(name) if callable(self.autoescape) else self.autoescape
            Settling(cast(Flask, self.app), self.settled_for, escapes=escapes).visit(source)
        return super()._generate(source, name, filename, defer_init)


class Settling(NodeTransformer):
    """Puts values in the place of calls whose answer is known."""

    def __init__(self, app: Flask, language: str, *, escapes: bool) -> None:
        self._say = i18n.catalogue(language).gettext
        self._views = app.view_functions
        self._addresses = app.url_map.bind("localhost")
        self._escapes = escapes
        self._writers: Mapping[str, Written] = {
            "_": self._sentence,
            "url_for": self._address,
            "endpoint_exists": self._is_there,
        }

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802  jinja's name
        found = self.generic_visit(node)
        writer = self._writers.get(node.node.name) if isinstance(node.node, nodes.Name) else None
        if writer is None or node.dyn_args is not None or node.dyn_kwargs is not None:
            return found
        if len(node.args) != 1 or not isinstance(node.args[0], nodes.Const):
            return found
        values = {pair.key: pair.value for pair in node.kwargs}
        written = writer(node, values)
        return found if written is None else written.set_lineno(node.lineno, override=True)

    def visit_If(self, node: nodes.If) -> nodes.Node | list[nodes.Node]:  # noqa: N802
        """Of a question that is settled the answer alone; the blocks of a template are found by their names."""
        others, node.elif_ = node.elif_, []
        self.generic_visit(node)
        node.elif_ = [other for other in others if self.generic_visit(other)]
        if isinstance(node.test, nodes.Const) and not node.elif_ and not any(node.find_all(nodes.Block)):
            return list(node.body if node.test.value else node.else_)
        return node

    def _sentence(self, node: nodes.Call, values: Mapping[str, nodes.Expr]) -> nodes.Expr | None:
        """As Jinja's own gettext: marked as HTML where the template is, always a pattern, its values escaped."""
        text = self._say(_constant(node))
        if not values:
            return _text(text % {}, self._escapes)
        pairs = [nodes.Pair(nodes.Const(name), value) for name, value in values.items()]
        return nodes.Mod(_text(text, self._escapes), nodes.Dict(pairs))

    def _address(self, node: nodes.Call, values: Mapping[str, nodes.Expr]) -> nodes.Expr | None:
        given = {name: value.value for name, value in values.items() if isinstance(value, nodes.Const)}
        endpoint = _constant(node)
        if len(given) < len(values) or endpoint.startswith(".") or any(name.startswith("_") for name in given):
            return None
        try:
            return nodes.Const(self._addresses.build(endpoint, given))
        except BuildError:
            return None  # the page that shows it fails, as ever

    def _is_there(self, node: nodes.Call, _values: Mapping[str, nodes.Expr]) -> nodes.Expr:
        return nodes.Const(_constant(node) in self._views)


def install(app: Flask) -> None:
    app.jinja_environment = SettledEnvironment  # type: ignore[assignment]  # declared as the class that Flask ships


def _constant(node: nodes.Call) -> str:
    (argument,) = node.args
    return str(argument.as_const())


def _text(text: str, is_html: bool) -> nodes.Expr:
    return nodes.MarkSafe(nodes.Const(text)) if is_html else nodes.Const(text)
