"""A newer revision of the procedure replaced the one a draft was begun under: what is different, and going on."""

from collections.abc import Mapping
from uuid import UUID

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal import clock, unit_choices
from portal.access import Audience, audience, register_day
from portal.blueprints.submission.beginning import blueprint
from portal.blueprints.submission.opening import Opened, opened
from portal.blueprints.submission.writing import writer
from portal.dossiers import drafts
from portal.dossiers.carrying import CarriedOver, carry_over, typed
from portal.dossiers.views import File
from portal.i18n import language
from portal.procedures import queries as catalogue
from portal.procedures.answers import display
from portal.procedures.definition import Field
from portal.procedures.procedure import Procedure
from portal.procedures.text import Text
from portal.transaction import current_session, unit_of_work

Line = tuple[str, str, tuple[File, ...]]  # label, the answer in words, files


@blueprint.get("/drafts/<uuid:token>/changes")
@audience(Audience.WRITER)
def changes(token: UUID) -> ResponseReturnValue:
    """What the newer form asks anew, asks otherwise and asks no more; nothing typed is lost."""
    open_draft = opened(token, outdated=True)
    now = clock.now()
    outdated = open_draft.procedure.has_ended(now)
    following = catalogue.published(current_session(), open_draft.procedure.code, at=now)
    if following is not None and not following.accepts(open_draft.draft.channel):
        following = None
    before = _before(open_draft, outdated=outdated)
    if not before:
        return redirect(url_for("submission.draft", token=token), 303)
    carried = _carried(open_draft, before, following) if following else _nothing_carried(before)
    words = _words(open_draft, before)
    return render_template(
        "submission/changes.html",
        opened=open_draft,
        outdated=outdated,
        following=following,
        carried=carried,
        to_check=[_line(open_draft, was, now_asked.label, words) for was, now_asked in carried.to_check],
        gone=[line for was in carried.gone if any((line := _line(open_draft, was, was.label, words))[1:])],
        choose_unit_again=following is not None and _receives_no_more(open_draft, following),
    )


@blueprint.post("/drafts/<uuid:token>/changes")
@audience(Audience.WRITER)
def go_on(token: UUID) -> ResponseReturnValue:
    """Go on under the revision that was shown; where yet another one came meanwhile, that is shown first."""
    seen = request.form.get("revision", "")
    if not seen.isdecimal() or len(seen) > 18:
        abort(400)
    with unit_of_work() as session:
        drafts.renew(session, token=token, person_id=writer(token), revision_id=int(seen), at=clock.now())
    return redirect(url_for("submission.draft", token=token), 303)


def _before(open_draft: Opened, *, outdated: bool) -> tuple[Procedure, ...]:
    """The revisions that the draft was written under and is to leave, or has left; oldest first."""
    found = (catalogue.revision(current_session(), id_) for id_ in open_draft.draft.earlier_revisions)
    left = tuple(procedure for procedure in found if procedure is not None)
    return (*left, open_draft.procedure) if outdated else left


def _carried(open_draft: Opened, before: tuple[Procedure, ...], to: Procedure) -> CarriedOver:
    return carry_over(
        [procedure.form for procedure in before],
        to.form,
        open_draft.draft.raw,
        attached={file.field for file in open_draft.draft.files},
    )


def _nothing_carried(before: tuple[Procedure, ...]) -> CarriedOver:
    """Nothing can be filed any more: all that was asked is asked no more."""
    fields = {field.key: field for procedure in before for field in procedure.form.fields}
    return CarriedOver(kept=(), to_check=(), gone=tuple(fields.values()), added=())


def _line(open_draft: Opened, field: Field, label: Text, words: Mapping[str, str]) -> Line:
    """An answer as it was given under that field, in words where it held."""
    answer = words.get(field.key) or typed(field, open_draft.draft.raw)
    return (label.in_(language()), answer, open_draft.draft.files_of(field.key))


def _words(open_draft: Opened, before: tuple[Procedure, ...]) -> dict[str, str]:
    """The answers that held under those revisions, in words, by field key; the newest revision's word counts."""
    session, lang, draft = current_session(), language(), open_draft.draft
    words: dict[str, str] = {}
    for procedure in before:
        reading = drafts.check(
            session,
            draft=draft,
            procedure=procedure,
            person_id=writer(open_draft.draft.token),
            at=clock.now(),
            on=register_day(),
        )
        answers = reading.answers
        names = unit_choices.field_names(session, procedure.form, answers, lang)
        words |= {
            field.key: display(field, answers[field.key], lang, units=names)
            for field in procedure.form.fields
            if field.key in answers
        }
    return words


def _receives_no_more(open_draft: Opened, following: Procedure) -> bool:
    chosen = open_draft.draft.unit_id
    return chosen is not None and chosen not in {
        unit.id for unit in unit_choices.receivers(current_session(), following)
    }
