"""The internal process of a procedure, as it was published: who does what within how many hours."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal import clock
from portal.access import Audience, audience, register_day
from portal.blueprints.catalogue.face import blueprint, public_data, public_page
from portal.decision_words import DecisionWords, decision_words, when
from portal.i18n import language
from portal.procedures import queries as procedures
from portal.process_words import picture, picture_words, table_lines
from portal.processes import commands, definition, queries
from portal.processes.queries import Version
from portal.transaction import current_session
from portal.units import queries as units

LONGEST_CODE = 40


@dataclass(frozen=True, slots=True)
class Published:
    """A version in the list: whose it is, since when, by which decision, and whether it is the one shown."""

    number: int
    whose: str | None
    agency: str
    begins: str
    decision: DecisionWords | None
    is_coming: bool
    is_shown: bool


@blueprint.get("/procedures/<code>/process")
@audience(Audience.PUBLIC)
def process(code: str) -> ResponseReturnValue:
    """Table and picture of what is in force: the agency's own that is asked for, or the one for all."""
    session, at = current_session(), clock.now()
    found = _asked(code, at)
    stamp = (*queries.stamp(session, code, at=at), found.id)
    return public_page(lambda: _page(code, found, at), at=at, more=stamp)


@blueprint.get("/procedures/<code>/process.json")
@audience(Audience.PUBLIC)
def json_of_process(code: str) -> ResponseReturnValue:
    """The same as data: a file that `processes load` and the studio take."""
    found = _asked(code, clock.now())
    return public_data({"$schema": url_for("catalogue.schema_of_process", _external=True), **commands.file_of(found)})


@blueprint.get("/schemas/process-1.json")
@audience(Audience.PUBLIC)
def schema_of_process() -> ResponseReturnValue:
    """What the JSON of a process may hold, under its own address."""
    said = {**definition.document(), "$id": url_for("catalogue.schema_of_process", _external=True)}
    return public_data(said, mimetype="application/schema+json")


def _agency() -> str:
    return request.args.get("agency", "")[:LONGEST_CODE]


def _asked(code: str, at: datetime) -> Version:
    """What holds at the agency that is named; of an agency alone where there is none for all."""
    session, agency = current_session(), _agency()
    found = queries.in_force(session, code, agency=agency, at=at, on=register_day())
    if found is None and not agency:
        begun = (one for one in queries.of_procedure(session, code) if one.begins_at <= at)
        found = next(begun, None)
    return found or abort(404)


def _page(code: str, found: Version, at: datetime) -> str:
    session = current_session()
    versions = queries.of_procedure(session, code)
    words = {step.unit for step in found.process.steps} | {one.agency for one in versions} | {_agency()}
    names = units.names_of(session, words - {"", *definition.UNITS})
    name = procedures.names_of(session, [code]).get(code) or abort(404)
    whose = {agency: unit.name_in(language()) for agency, unit in names.items()}
    return render_template(
        "catalogue/process.html",
        wide=True,
        code=code,
        name=name,
        agency=found.agency,
        whose=whose.get(found.agency),
        heir=whose.get(_agency()) if found.agency and found.agency != _agency() else None,
        version=found,
        begins=when(found.begins_at),
        decision=decision_words(found.decision),
        lines=table_lines(found.process, names),
        picture=picture(found.process, names),
        picture_words=picture_words(found.process),
        versions=_listed(versions, found, whose, at),
    )


def _listed(versions: Sequence[Version], shown: Version, whose: dict[str, str], at: datetime) -> list[Published]:
    return [
        Published(
            number=one.number,
            whose=whose.get(one.agency),
            agency=one.agency,
            begins=when(one.begins_at),
            decision=decision_words(one.decision),
            is_coming=one.begins_at > at,
            is_shown=one.id == shown.id,
        )
        for one in versions
    ]
