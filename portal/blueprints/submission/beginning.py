"""Before the form: what the procedure asks for, and the draft that is begun."""

from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from portal import clock
from portal.access import Audience, audience
from portal.display import day
from portal.dossier_words import error_words
from portal.dossiers import drafts, queries
from portal.errors import Refused
from portal.mandates import queries as mandates
from portal.mandates.views import Mandate
from portal.procedures import queries as catalogue
from portal.procedures.procedure import Procedure
from portal.transaction import current_session, unit_of_work

blueprint = Blueprint("submission", __name__)


@blueprint.get("/procedures/<code>/apply")
@audience(Audience.PERSON)
def apply(code: str) -> ResponseReturnValue:
    """What to have at hand, for whom, and the drafts of this procedure that are still open."""
    at = clock.now()
    latest = catalogue.latest(current_session(), code, at=at)
    if latest is not None and latest.has_ended(at):
        return _ended_page(latest), 410
    return _page(_published(code))


def _page(procedure: Procedure, *, trouble: str = "") -> str:
    session, mine = current_session(), [row for row in _drafts() if row.procedure_code == procedure.code]
    return render_template(
        "submission/apply.html",
        procedure=procedure,
        channel=procedure.channel("online"),
        cases=papers(procedure),
        drafts=mine,
        allowed=_audience_of_account() in procedure.audience,
        mandates=_choices(procedure),
        granters=mandates.granter_names(session, {row.mandate_id for row in mine if row.mandate_id}),
        trouble=trouble,
    )


@blueprint.post("/procedures/<code>/apply")
@audience(Audience.PERSON)
def begin(code: str) -> ResponseReturnValue:
    """Begin a draft under the revision in force, for oneself or by a mandate; where none is, say what to do instead."""
    at = clock.now()
    latest = catalogue.latest(current_session(), code, at=at)
    if latest is not None and latest.has_ended(at):
        return redirect(url_for("submission.apply", code=code), 303)
    chosen = request.form.get("for", "me")
    mandate_id = None if chosen == "me" else int(chosen) if chosen.isdecimal() and len(chosen) < 18 else 0
    try:
        with unit_of_work() as session:
            token = drafts.begin(session, person_id=current_user.person_id, code=code, at=at, mandate_id=mandate_id)
    except Refused as error:
        if error.code != "mandate_over":
            raise
        return _page(_published(code), trouble=error_words(error)), 409
    return redirect(url_for("submission.draft", token=token), 303)


@blueprint.get("/nop-ho-so")
@audience(Audience.PUBLIC)
def hand_off() -> ResponseReturnValue:
    """The national portal's link: MaTTHCDP is the local code, whose first two groups are the national one."""
    code = ".".join(request.args.get("MaTTHCDP", "").strip().split(".")[:2])
    if catalogue.published(current_session(), code, at=clock.now()) is None:
        return redirect(f"{url_for('catalogue.index')}?{urlencode({'q': code[:40]})}", 303)
    return redirect(url_for("submission.apply", code=code), 303)


def papers(procedure: Procedure) -> list[dict[str, Any]]:
    """The cases with the components of each, as the sheet lists them."""
    return [case for case in procedure.sheet.get("cases", ()) if case.get("components")]


def _ended_page(procedure: Procedure) -> str:
    """Nothing can be filed any more; where there is a successor, the way to it."""
    successor = procedure.withdrawal.successor if procedure.withdrawal else None
    names = catalogue.names_of(current_session(), [successor] if successor else [])
    return render_template(
        "submission/ended.html", procedure=procedure, successor=successor, successor_name=names.get(successor or "")
    )


def _published(code: str) -> Procedure:
    procedure = catalogue.published(current_session(), code, at=clock.now())
    if procedure is None or not procedure.accepts_online:
        abort(404)
    return procedure


def _choices(procedure: Procedure) -> list[tuple[str, str, str]]:
    """For whom one may file this procedure now; nothing where it is for oneself alone."""
    found = mandates.usable(current_session(), agent_id=current_user.person_id, code=procedure.code, at=clock.now())
    others = [(str(one.id), _("Thay %(name)s", name=one.granter.name), _until(one)) for one in found]
    return [("me", _("Cho chính tôi"), ""), *others] if others else []


def _until(mandate: Mandate) -> str:
    """What tells two mandates of one granter apart."""
    words: str = _("Theo ủy quyền số %(n)s, đến hết %(day)s.", n=mandate.id, day=day(mandate.until_on))
    return words


def _drafts() -> tuple[Any, ...]:
    return queries.drafts_of(current_session(), person_id=current_user.person_id)


def _audience_of_account() -> str:
    return "organisation" if current_user.kind == "organisation" else "citizen"
