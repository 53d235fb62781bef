"""How the result is to be returned, asked beside the form; whoever does not open the page files as before."""

from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal import clock
from portal.access import Audience, audience
from portal.blueprints.submission.beginning import blueprint
from portal.blueprints.submission.opening import Opened, opened
from portal.blueprints.submission.writing import writer
from portal.dossiers import drafts, wished_ways
from portal.dossiers.wished_ways import WishedWay
from portal.errors import Invalid
from portal.people import queries as people
from portal.transaction import current_session, unit_of_work
from portal.way_questions import WayQuestion, again, answer, question


@blueprint.get("/drafts/<uuid:token>/way")
@audience(Audience.WRITER)
def way(token: UUID) -> ResponseReturnValue:
    """The ways there are, with the one that is meant where nobody chooses."""
    open_draft = opened(token)
    wished, known = meant(open_draft), _known_address(open_draft)
    at_counter, chosen = open_draft.applicant is not None, open_draft.draft.chosen_way
    asked = question(wished.way if wished else None, chosen, known_address=known, at_counter=at_counter)
    return _page(open_draft, asked)


@blueprint.post("/drafts/<uuid:token>/way")
@audience(Audience.WRITER)
def choose_way(token: UUID) -> ResponseReturnValue:
    open_draft = opened(token)
    try:
        wished = answer()
    except Invalid as error:
        return _page(open_draft, again(error, at_counter=open_draft.applicant is not None)), 422
    with unit_of_work() as session:
        drafts.choose_way(session, token=token, person_id=writer(token), wished=wished, at=clock.now())
    return redirect(_back(open_draft), 303)


def meant(open_draft: Opened) -> WishedWay | None:
    """What the draft is filed with as it stands."""
    draft, applicant = open_draft.draft, open_draft.applicant
    return wished_ways.meant(draft.chosen_way, channel=draft.channel, address=applicant.address if applicant else None)


def _page(open_draft: Opened, asked: WayQuestion) -> str:
    return render_template("submission/way.html", opened=open_draft, question=asked, back=_back(open_draft))


def _back(open_draft: Opened) -> str:
    endpoint = "submission.review" if request.values.get("return") == "review" else "submission.draft"
    return url_for(endpoint, token=open_draft.draft.token)


def _known_address(open_draft: Opened) -> str | None:
    """Of whoever the draft is for; of somebody who is represented only as long as the mandate holds."""
    if open_draft.applicant is not None:
        return open_draft.applicant.address
    if open_draft.lapsed:
        return None
    mandate, token = open_draft.mandate, open_draft.draft.token
    person_id = mandate.granter.person_id if mandate else writer(token)
    person = people.person(current_session(), person_id) if person_id is not None else None
    return person.address if person else None
