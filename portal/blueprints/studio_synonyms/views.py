"""The list, the form for one, and taking one away; each act with who and when."""

from collections.abc import Callable

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal import clock
from portal.access import Audience, audience
from portal.blueprints.studio_synonyms.face import Typed, blueprint, of_synonym, officer_id, seen_at, typed
from portal.errors import Invalid, Stale
from portal.people import queries as people
from portal.procedures import queries as procedures
from portal.synonyms import commands, queries
from portal.synonyms.queries import Synonym
from portal.transaction import current_session, unit_of_work

_: Callable[..., str] = gettext
LONGEST_QUESTION = 200


@blueprint.get("/studio/synonyms")
@audience(Audience.EDITOR)
def index() -> ResponseReturnValue:
    """What people say, by phrase; and what was done last."""
    session = current_session()
    q, after = request.args.get("q", "").strip()[:LONGEST_QUESTION], request.args.get("after", "")[:LONGEST_QUESTION]
    page = queries.listed(session, q=q, after=after.replace("\x00", "") or None)
    done = queries.changes(session)
    codes = {code for row in page.rows for code in row.codes}
    following = url_for(".index", q=q or None, after=page.after) if page.after else None
    return render_template(
        "studio_synonyms/index.html",
        rows=page.rows,
        q=q,
        is_first=not after,
        following=following,
        changes=done,
        acts={"added": _("Đã thêm"), "changed": _("Đã sửa"), "removed": _("Đã bỏ")},
        names=procedures.names_of(session, codes),
        people=people.officer_names(session, {change.by for change in done if change.by is not None}),
    )


@blueprint.get("/studio/synonyms/new")
@audience(Audience.EDITOR)
def new() -> ResponseReturnValue:
    return _form(Typed(phrase=request.args.get("phrase", "").strip()[:LONGEST_QUESTION]))


@blueprint.post("/studio/synonyms/new")
@audience(Audience.EDITOR)
def add() -> ResponseReturnValue:
    """Counts from now on."""
    form = typed()
    try:
        with unit_of_work() as session:
            commands.add(session, form.wanted, by=officer_id(), at=clock.now())
    except Invalid as error:
        return _form(form.with_problems(error.problems)), 422
    flash(_("Đã thêm “%(phrase)s”. Tìm kiếm hiểu cụm từ này từ bây giờ.", phrase=form.phrase.strip()), "good")
    return redirect(url_for(".index"), 303)


@blueprint.get("/studio/synonyms/<int:synonym_id>")
@audience(Audience.EDITOR)
def synonym(synonym_id: int) -> ResponseReturnValue:
    found = _found(synonym_id)
    return _form(of_synonym(found), found)


@blueprint.post("/studio/synonyms/<int:synonym_id>")
@audience(Audience.EDITOR)
def change(synonym_id: int) -> ResponseReturnValue:
    """Keep what was typed, unless somebody else changed the synonym meanwhile: then say so and keep the text here."""
    found, form = _found(synonym_id), typed()
    seen = seen_at(form.seen_at)
    try:
        if seen is None:
            raise Stale
        with unit_of_work() as session:
            commands.change(session, synonym_id, form.wanted, seen_at=seen, by=officer_id(), at=clock.now())
    except Invalid as error:
        return _form(form.with_problems(error.problems), found), 422
    except Stale:
        return _form(Typed(form.phrase, form.codes, form.means, found.changed_at.isoformat()), found, stale=True), 409
    flash(_("Đã sửa “%(phrase)s”.", phrase=form.phrase.strip()), "good")
    return redirect(url_for(".index"), 303)


@blueprint.post("/studio/synonyms/<int:synonym_id>/remove")
@audience(Audience.EDITOR)
def remove(synonym_id: int) -> ResponseReturnValue:
    found = _found(synonym_id)
    with unit_of_work() as session:
        commands.remove(session, synonym_id, by=officer_id(), at=clock.now())
    flash(_("Đã bỏ “%(phrase)s”.", phrase=found.phrase), "good")
    return redirect(url_for(".index"), 303)


def _found(synonym_id: int) -> Synonym:
    return queries.one(current_session(), synonym_id) or abort(404)


def _form(form: Typed, found: Synonym | None = None, *, stale: bool = False) -> str:
    return render_template(
        "studio_synonyms/synonym.html",
        form=form,
        found=found,
        stale=stale,
        error_list=[(f"f-{name}", words) for name, words in form.errors.items()],
    )
