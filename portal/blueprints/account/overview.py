"""`/account`: what I have filed, what I am writing, how to reach me, who looked at my dossiers."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from portal import clock
from portal.access import Audience, audience
from portal.blueprints.account.forms import ContactForm
from portal.dossiers import queries
from portal.mandates import queries as mandates
from portal.mandates.rules import Standing
from portal.people import commands as people_commands
from portal.people import queries as people
from portal.transaction import current_session, unit_of_work

blueprint = Blueprint("account", __name__)

AFTER_MAX = 200


@blueprint.get("/account")
@audience(Audience.PERSON)
def index() -> ResponseReturnValue:
    """Dossiers, newest first, and open drafts."""
    session = current_session()
    page = queries.of_person(session, person_id=current_user.person_id, after=after())
    drafts = queries.drafts_of(session, person_id=current_user.person_id)
    received = mandates.received(session, person_id=current_user.person_id, at=clock.now())
    return render_template(
        "account/index.html",
        page=page,
        drafts=drafts,
        granters=mandates.granter_names(session, {row.mandate_id for row in drafts if row.mandate_id}),
        offers=[one for one in received if one.standing is Standing.OFFERED],
        person=people.person(session, current_user.person_id),
        first=after() is None,
        now=clock.now(),
    )


@blueprint.get("/account/contact")
@audience(Audience.PERSON)
def contact() -> ResponseReturnValue:
    person = people.person(current_session(), current_user.person_id)
    return render_template(
        "account/contact.html", form=ContactForm(obj=person), errors={}, error_list=[], person=person
    )


@blueprint.post("/account/contact")
@audience(Audience.PERSON)
def save_contact() -> ResponseReturnValue:
    """Keep how the person wants to be reached; dossiers filed before keep what they were filed with."""
    form = ContactForm()
    if not form.validate_on_submit():
        errors = {name: messages[0] for name, messages in form.errors.items() if name}
        person = people.person(current_session(), current_user.person_id)
        listed = [(f"f-{name}", message) for name, message in errors.items()]
        page = render_template("account/contact.html", form=form, errors=errors, error_list=listed, person=person)
        return page, 422
    with unit_of_work() as session:
        people_commands.update_contact(
            session,
            person_id=current_user.person_id,
            email=form.email.data or None,
            phone=form.phone.data or None,
            address=form.address.data or None,
        )
    return redirect(url_for("account.index", saved=1), 303)


@blueprint.get("/account/views")
@audience(Audience.PERSON)
def views() -> ResponseReturnValue:
    """Which officers opened my dossiers, and when."""
    session = current_session()
    page = queries.views_of(session, person_id=current_user.person_id, after=after())
    names = people.officer_names(session, {row.officer_id for row in page.rows})
    return render_template("account/views.html", page=page, names=names)


@blueprint.get("/account/sessions")
@audience(Audience.PERSON)
def sessions() -> ResponseReturnValue:
    """Where I am signed in."""
    found = people.open_sessions(current_session(), current_user, at=clock.now())
    return render_template("account/sessions.html", sessions=found)


def after() -> str | None:
    """The key of the page asked for, where one was; a foreign key is refused by the query."""
    return request.args.get("after", "")[:AFTER_MAX] or None
