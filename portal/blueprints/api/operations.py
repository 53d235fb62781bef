"""What an address of the API takes and answers: written once, beside the view; read by the door and by the document.

    @blueprint.get("/v1/units/<code>")
    @audience(Audience.PUBLIC)
    @operation(answers.Unit, Text("Một đơn vị", "One unit"), CODE, seconds=60)
    def unit(asked: Asked) -> answers.Unit: ...

The door refuses what is not declared; the view gets what was asked, checked, and gives back the answer's model.
"""

import functools
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

from flask import Response, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from pydantic import BaseModel

from portal import i18n, public_pages
from portal.blueprints.api import cursors, face
from portal.blueprints.api.cursors import BadCursor
from portal.people.api_tokens import Scope
from portal.procedures.text import Text

Answer = TypeVar("Answer", bound=BaseModel)

PAGE_ROWS = 25
MOST_ROWS = 100


@dataclass(frozen=True, slots=True)
class Parameter:
    """A part of the address or the query. `schema` is what the document says; `pattern` what the door holds it to."""

    name: str
    place: Literal["path", "query"]
    about: Text
    schema: Mapping[str, Any]
    pattern: str
    example: str


@dataclass(frozen=True, slots=True)
class Operation:
    answer: type[BaseModel]
    summary: Text
    parameters: tuple[Parameter, ...]
    scope: Scope | None = None  # what a token must be allowed; None: public


LIMIT = Parameter(
    "limit",
    "query",
    Text("số dòng, từ 1 đến 100", "rows, 1 to 100"),
    {"type": "integer", "minimum": 1, "maximum": MOST_ROWS, "default": PAGE_ROWS},
    r"[1-9][0-9]?|100",
    "25",
)
CURSOR = Parameter(
    "cursor",
    "query",
    Text("cursor của trang trước, cho đúng câu hỏi đó", "the cursor of the page before, of the same query"),
    {"type": "string", "maxLength": cursors.LONGEST},
    r"[A-Za-z0-9_-]+",
    "",
)
PAGED = (LIMIT, CURSOR)


@dataclass(frozen=True, slots=True)
class Asked:
    """The values asked for by name, as text, each fitting its declaration."""

    values: Mapping[str, str]

    def __getitem__(self, name: str) -> str:
        return self.values[name]

    def get(self, name: str) -> str | None:
        return self.values.get(name)

    @property
    def limit(self) -> int:
        return int(self.values.get(LIMIT.name, PAGE_ROWS))

    @property
    def key(self) -> str | None:
        """Where the page before ended, as the list itself writes it."""
        cursor = self.values.get(CURSOR.name)
        if cursor is None:
            return None
        try:
            return cursors.read(self._query, cursor)
        except BadCursor:
            face.refuse(
                _("cursor này không phải của câu hỏi này. Hãy bỏ cursor để bắt đầu lại từ trang đầu."),
                code="bad_cursor",
            )

    def next_page(self, key: str | None) -> tuple[str | None, str | None]:
        """(cursor, address) of the page that goes on after this key."""
        if key is None:
            return None, None
        cursor = cursors.write(self._query, key)
        values = {name: value for name, value in self.values.items() if name != CURSOR.name}
        return cursor, url_for(request.endpoint or "", **values, cursor=cursor, _external=True)

    @property
    def _query(self) -> dict[str, str]:
        kept = {name: value for name, value in self.values.items() if name not in (LIMIT.name, CURSOR.name)}
        return kept | {"": request.endpoint or ""}


def operation(
    answer: type[Answer], summary: Text, *parameters: Parameter, seconds: int = 0, scope: Scope | None = None
) -> Callable[[Callable[[Asked], Answer]], Callable[..., ResponseReturnValue]]:
    """Make a view of a function that answers; `seconds`: how long others may keep the answer.

    With a `scope` (and `@audience(Audience.BEARER)`) the answer is its owner's own: nobody keeps it,
    no page of another site reads it.
    """

    def make(view: Callable[[Asked], Answer]) -> Callable[..., ResponseReturnValue]:
        @functools.wraps(view)
        def open_door(**path: str) -> ResponseReturnValue:
            if scope is not None:
                face.demand(scope)
            found = view(_asked(parameters, path))
            response = Response(found.model_dump_json() + "\n", mimetype="application/json")
            if scope is not None:
                return response
            response.add_etag()
            return public_pages.public_data(response, seconds=seconds).make_conditional(request)

        open_door.__dict__["operation"] = Operation(answer, summary, parameters, scope)
        return open_door

    return make


def _asked(parameters: tuple[Parameter, ...], path: Mapping[str, str]) -> Asked:
    known = {parameter.name: parameter for parameter in parameters}
    given = dict(path)
    for name, values in request.args.lists():
        if name == "lang":
            continue  # the language of refusals
        if name not in known or known[name].place != "query":
            names = [parameter.name for parameter in parameters if parameter.place == "query"]
            face.refuse(
                _("Không có tham số %(name)s ở đây. Có: %(names)s.", name=name[:40], names=", ".join(names) or "–")
            )
        if len(values) > 1:
            face.refuse(_("Tham số %(name)s được nêu hai lần.", name=name))
        given[name] = values[0]
    for name, value in given.items():
        if not re.fullmatch(known[name].pattern, value, re.ASCII if known[name].place == "path" else 0):
            face.refuse(_("%(name)s không đọc được: %(about)s. Ví dụ: %(example)s", name=name, **_words(known[name])))
    return Asked(given)


def _words(parameter: Parameter) -> dict[str, str]:
    return {"about": parameter.about.in_(i18n.language()), "example": parameter.example or "–"}
