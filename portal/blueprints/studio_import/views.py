"""A file is looked over, every problem said by its place; and imported as manuscripts where nothing is wrong."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import cast

from flask import Blueprint, Response, abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from portal import clock
from portal.access import Audience, audience
from portal.errors import Invalid
from portal.exchange import commands, grids, incoming, national_reading, sheets, templates
from portal.exchange.commands import Begun
from portal.exchange.layout import SHEETS
from portal.exchange.problems import Problem, Unreadable
from portal.exchange.sheets import Reading
from portal.exchange_words import place_words, problem_words, unreadable_words
from portal.people.queries import Account
from portal.transaction import current_session, unit_of_work

blueprint = Blueprint("studio_import", __name__)

_: Callable[..., str] = gettext
MOST_FILES = len(SHEETS)
MOST_SHOWN = 2000
SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the page says of a file: `error` where it cannot be read; else how it looks, and what was begun."""

    error: str = ""
    number: int = 0
    problems: tuple[Problem, ...] = ()
    begun: tuple[Begun, ...] = ()

    @property
    def errors(self) -> int:
        return sum(problem.severity == "error" for problem in self.problems)


@blueprint.get("/studio/import")
@audience(Audience.EDITOR)
def index() -> ResponseReturnValue:
    return _page()


@blueprint.post("/studio/import")
@audience(Audience.EDITOR)
def look_over() -> ResponseReturnValue:
    """Look the files over; `do=import` also begins the manuscripts, if nothing is wrong."""
    try:
        reading = incoming.against_the_register(current_session(), _read(_files()))
    except Unreadable as error:
        return _page(Outcome(error=unreadable_words(error))), 422
    looked = Outcome(number=len(reading.sayings), problems=reading.problems)
    if looked.errors or request.form.get("do") != "import":
        return _page(looked), 422 if looked.errors else 200
    try:
        with unit_of_work() as session:
            begun = commands.begin(session, reading, officer_id=_officer_id(), at=clock.now())
    except Invalid as error:
        found = tuple(problem for problem in error.problems if isinstance(problem, Problem))
        return _page(Outcome(number=looked.number, problems=found)), 409
    return _page(Outcome(number=looked.number, problems=reading.problems, begun=begun))


@blueprint.get("/studio/import/template.xlsx")
@audience(Audience.EDITOR)
def template() -> ResponseReturnValue:
    """The empty spreadsheet."""
    answer = Response(templates.workbook(), mimetype=SPREADSHEET)
    answer.headers.set("Content-Disposition", "attachment", filename="mau-thu-tuc.xlsx")
    return answer


def _files() -> list[tuple[str, bytes]]:
    given = [file for file in request.files.getlist("files") if file.filename]
    if len(given) > MOST_FILES:
        abort(413)
    return [(file.filename or "", file.read(grids.LARGEST_FILE + 1)) for file in given]


def _read(files: Sequence[tuple[str, bytes]]) -> Reading:
    if not files:
        raise Unreadable("empty")
    if files[0][1].lstrip(b"\xef\xbb\xbf \r\n\t").startswith((b"{", b"[")):
        return national_reading.read(files[0][1])
    return sheets.read(files)


def _officer_id() -> int:
    found = cast(Account, current_user).officer_id
    if found is None:
        raise LookupError("a view of the studio was opened to somebody who is no officer")
    return found


def _page(outcome: Outcome | None = None) -> str:
    shown = sorted(outcome.problems, key=lambda problem: problem.severity != "error") if outcome else []
    lines = [(place_words(one), problem_words(one), one.severity == "error") for one in shown[:MOST_SHOWN]]
    return render_template("studio_import/index.html", outcome=outcome, lines=lines, rest=len(shown) - len(lines))
