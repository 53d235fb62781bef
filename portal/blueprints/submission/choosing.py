"""A file field answered with a document of an earlier dossier."""

from uuid import UUID

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from portal import clock
from portal.access import Audience, audience
from portal.blueprints.submission.beginning import blueprint
from portal.blueprints.submission.opening import Opened, opened
from portal.dossier_words import error_words
from portal.dossiers import own_files
from portal.errors import Invalid, NotFound
from portal.procedures.form import Field
from portal.signature_words import of_own_files
from portal.transaction import current_session

LONGEST_NUMBER = 18
MOST_CHOSEN = 30


@blueprint.get("/drafts/<uuid:token>/sections/<key>/own/<field>")
@audience(Audience.PERSON)
def choose_own(token: UUID, key: str, field: str) -> ResponseReturnValue:
    """The person's own documents, to choose from for one field."""
    return _page(opened(token), key, field, None)


@blueprint.post("/drafts/<uuid:token>/sections/<key>/own/<field>")
@audience(Audience.PERSON)
def give_own(token: UUID, key: str, field: str) -> ResponseReturnValue:
    open_draft = opened(token)
    _asked(open_draft, key, field)
    chosen = request.form.getlist("file")
    if not chosen:
        return _page(open_draft, key, field, _("Hãy chọn ít nhất một giấy tờ, hoặc quay lại.")), 422
    if len(chosen) > MOST_CHOSEN or any(
        not one.isascii() or not one.isdecimal() or len(one) > LONGEST_NUMBER for one in chosen
    ):
        abort(404)
    try:
        own_files.give(
            token=token,
            person_id=current_user.person_id,
            field=field,
            file_ids=[int(one) for one in dict.fromkeys(chosen)],
            at=clock.now(),
        )
    except NotFound:
        abort(404)
    except Invalid as error:
        return _page(opened(token), key, field, error_words(error)), 422
    return redirect(f"{url_for('submission.section', token=token, key=key)}#f-{field}", 303)


def wanted(then: str) -> str | None:
    """The field that the section's button `own-<field>` asks documents for."""
    return then.removeprefix("own-") if then.startswith("own-") else None


def _page(open_draft: Opened, key: str, field: str, error: str | None) -> str:
    after = request.args.get("after", "")[:LONGEST_NUMBER] or None
    page = own_files.of_person(current_session(), person_id=current_user.person_id, after=after, to_give=True)
    return render_template(
        "submission/choose_own.html",
        opened=open_draft,
        key=key,
        field=_asked(open_draft, key, field),
        page=page,
        signed=of_own_files(page.rows, at=clock.now()),
        first=after is None,
        error=error,
    )


def _asked(open_draft: Opened, key: str, field: str) -> Field:
    part = open_draft.procedure.form.section(key)
    found = next((one for one in part.fields if one.key == field and one.type == "file"), None) if part else None
    return found or abort(404)
