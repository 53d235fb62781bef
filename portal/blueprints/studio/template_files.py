"""The template files on a paper's page: uploaded with the page, replaced, and looked at before they are published."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import abort, request, url_for
from flask.typing import ResponseReturnValue

from portal import clock, offered_files
from portal.access import Audience, audience
from portal.blueprints.studio.face import blueprint, editor_id
from portal.dossier_words import file_words
from portal.files.file_refusals import FileRefused
from portal.offered_files import OfferedFile
from portal.procedures import places
from portal.procedures.entries import Raw
from portal.procedures.template_entries import INPUT, appended, at_row, listed
from portal.template_files import commands, naming, queries, shelf
from portal.template_files.shelf import Taken
from portal.transaction import current_session, unit_of_work

NEW = f"{INPUT}-file"


@dataclass(frozen=True, slots=True)
class SentFiles:
    """What was typed, with the files that came with it named in it; and why one was not taken."""

    raw: dict[str, list[str]]
    errors: Mapping[str, str]


def taken_in(raw: Mapping[str, list[str]]) -> SentFiles:
    """Look into the files of the request and keep them: each stands for its row, or in a new one.

    A file is kept by its content as soon as it came, so a page that is shown again does not ask for it once more.
    """
    found, errors = dict(raw), {}
    for name, sent in request.files.items():
        if not sent.filename or not (name == NEW or at_row(name) is not None):
            continue
        try:
            taken = shelf.take(sent.stream, name=sent.filename, declared=sent.mimetype)
        except FileRefused as refused:
            errors[name] = _words(refused, sent.filename)
            continue
        _write_down(taken)
        found = appended(found, taken.name, taken.sha256, row=at_row(name))
    return SentFiles(found, errors)


def _write_down(taken: Taken) -> None:
    with unit_of_work() as session:
        commands.add(session, [taken], at=clock.now(), officer_id=editor_id())


def _words(refused: FileRefused, name: str) -> str:
    if refused.code == "file_type_unknown":
        refused = FileRefused("file_no_template")
    return f"{name}: {file_words(refused)}"


def known(raw: Raw) -> dict[str, OfferedFile]:
    """The files that the page shows, by SHA-256: those that are here."""
    names = {digest: name for name, digest in listed(raw)}
    facts = queries.facts(current_session(), list(names))
    return {
        digest: OfferedFile(names[digest], address(digest, names[digest]), one.media_type, one.size)
        for digest, one in facts.items()
    }


def address(digest: str, name: str) -> str:
    """Where an editor gets the file, published or not."""
    return str(url_for("studio.template_file", digest=digest, name=name))


@blueprint.get("/studio/templates/<digest>/<name>")
@audience(Audience.EDITOR)
def template_file(digest: str, name: str) -> ResponseReturnValue:
    """Any file that was taken in, under a name that says its kind."""
    found = queries.facts(current_session(), [digest]).get(digest)
    if found is None or not naming.is_name(name) or not found.may_be_called(name):
        abort(404)
    answer = offered_files.sent(found, name)
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def has_files(place: places.Place) -> bool:
    return places.kind(place) == "component"
