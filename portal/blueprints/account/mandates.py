"""`/account/mandates`: who may file for me, for whom I may file; each with its paper, its trail and its uses."""

from dataclasses import dataclass

from flask import Response, abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from portal import clock
from portal.access import Audience, audience
from portal.blueprints.account.overview import after, blueprint
from portal.dossiers import attachments
from portal.dossiers import queries as dossiers
from portal.errors import Refused
from portal.mandate_words import (
    days_words,
    happening_words,
    paper,
    paper_headers,
    party_name,
    refusal_words,
    scope_words,
    standing_words,
)
from portal.mandates import commands, queries
from portal.mandates.rules import Standing
from portal.mandates.views import Mandate, Side
from portal.transaction import current_session, unit_of_work


@dataclass(frozen=True, slots=True)
class Line:
    """One mandate in a list, as its reader meets it."""

    mandate: Mandate
    side: Side
    other: str  # the other side's name
    state: tuple[str, str]
    days: str
    scope: list[str]


@blueprint.get("/account/mandates")
@audience(Audience.PERSON)
def mandates() -> ResponseReturnValue:
    """What I gave, what I was given or offered, and what is over."""
    session, at, person_id = current_session(), clock.now(), current_user.person_id
    key = after()
    over, following = queries.over(
        session, person_id=person_id, at=at, after=int(key) if key and key.isdecimal() and len(key) < 18 else None
    )
    return render_template(
        "account/mandates.html",
        given=_lines(queries.given(session, person_id=person_id, at=at)),
        received=_lines(queries.received(session, person_id=person_id, at=at)),
        over=_lines(over),
        first=key is None,
        following=following,
    )


@blueprint.get("/account/mandates/<int:mandate_id>")
@audience(Audience.PERSON)
def mandate(mandate_id: int) -> ResponseReturnValue:
    """One mandate, for its two sides and for whom it is offered to."""
    return _page(_seen(mandate_id))


@blueprint.post("/account/mandates/<int:mandate_id>/accept")
@audience(Audience.PERSON)
def accept_mandate(mandate_id: int) -> ResponseReturnValue:
    """Take up an offer; a second click changes nothing."""
    try:
        with unit_of_work() as session:
            commands.accept(session, mandate_id, person_id=current_user.person_id, at=clock.now())
    except Refused as error:
        return _page(_seen(mandate_id), trouble=refusal_words(error)[1]), 409
    return redirect(url_for("account.mandate", mandate_id=mandate_id, done="accepted"), 303)


@blueprint.get("/account/mandates/<int:mandate_id>/end")
@audience(Audience.PERSON)
def ask_end_mandate(mandate_id: int) -> ResponseReturnValue:
    """Ask once before it is ended."""
    found = _seen(mandate_id)
    if not found.can_end:
        return redirect(url_for("account.mandate", mandate_id=mandate_id), 303)
    return render_template("account/mandate_end.html", line=_line(found), mandate=found)


@blueprint.post("/account/mandates/<int:mandate_id>/end")
@audience(Audience.PERSON)
def end_mandate(mandate_id: int) -> ResponseReturnValue:
    """End it, from whichever side; what it opened is closed at the agent's next request."""
    asked = _seen(mandate_id).side_of(current_user.person_id) is Side.ASKED
    try:
        with unit_of_work() as session:
            commands.end(session, mandate_id, person_id=current_user.person_id, at=clock.now())
    except Refused as error:
        return _page(_seen(mandate_id), trouble=refusal_words(error)[1]), 409
    if asked:  # whoever declines has no part in it any more
        return redirect(url_for("account.mandates", done="declined"), 303)
    return redirect(url_for("account.mandate", mandate_id=mandate_id, done="ended"), 303)


@blueprint.get("/account/mandates/<int:mandate_id>/mandate.pdf")
@audience(Audience.PERSON)
def mandate_pdf(mandate_id: int) -> ResponseReturnValue:
    """The mandate on paper, as it stands now."""
    found = _seen(mandate_id)
    data = paper(found, side=found.side_of(current_user.person_id), at=clock.now())
    return Response(data, mimetype="application/pdf", headers=dict(paper_headers(found)))


@blueprint.get("/account/mandates/<int:mandate_id>/paper")
@audience(Audience.PERSON)
def mandate_scan(mandate_id: int) -> ResponseReturnValue:
    """The scanned paper that the granter attached; not for whom it is only offered to."""
    found = _seen(mandate_id)
    stored = dossiers.mandate_paper(current_session(), found.id)
    if stored is None or found.side_of(current_user.person_id) is Side.ASKED:
        abort(404)
    return Response(attachments.read(stored), headers=attachments.headers(stored))


def _page(found: Mandate, *, trouble: str = "") -> str:
    session, side = current_session(), found.side_of(current_user.person_id)
    uses = () if side is Side.ASKED else dossiers.uses_of(session, mandate_id=found.id)
    return render_template(
        "account/mandate.html",
        line=_line(found),
        mandate=found,
        trail=[(happening_words(line), line.at) for line in queries.happenings(session, found)],
        uses=uses,
        openable=side is Side.GRANTER or found.holds,
        scan=None if side is Side.ASKED else dossiers.mandate_paper(session, found.id),
        trouble=trouble,
        waits=found.standing is Standing.OFFERED,
    )


def _seen(mandate_id: int) -> Mandate:
    found = queries.seen_by(current_session(), mandate_id, person_id=current_user.person_id, at=clock.now())
    return found or abort(404)


def _lines(found: tuple[Mandate, ...]) -> list[Line]:
    return [_line(one) for one in found]


def _line(found: Mandate) -> Line:
    side = found.side_of(current_user.person_id)
    other = found.agent.name if side is Side.GRANTER else found.granter.name
    return Line(found, side, party_name(other), standing_words(found), days_words(found), scope_words(found))
