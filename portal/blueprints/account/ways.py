"""How the result of a dossier is to be returned, said anew by its person until it is."""

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from portal import clock
from portal.access import Audience, audience
from portal.blueprints.account import dossiers
from portal.blueprints.account.overview import blueprint
from portal.dossier_words import error_words
from portal.dossiers import wishing
from portal.dossiers.life import State
from portal.dossiers.views import Dossier
from portal.errors import Invalid, Refused
from portal.transaction import unit_of_work
from portal.way_questions import WayQuestion, again, answer, question


@blueprint.get("/dossiers/<reference>/way")
@audience(Audience.PERSON)
def way(reference: str) -> ResponseReturnValue:
    """The question, as it was answered last."""
    found = dossiers.reached(reference)
    if not wishing.open_to_wishes(found.state):
        return redirect(url_for("account.dossier", reference=found.reference), 303)
    chosen = found.wished.wished if found.wished else None
    known = found.applicant.address if found.applicant else None
    return _page(found, question(found.offered_way, chosen, known_address=known))


@blueprint.post("/dossiers/<reference>/way")
@audience(Audience.PERSON)
def choose_way(reference: str) -> ResponseReturnValue:
    found = dossiers.reached(reference)
    try:
        wished = answer()
        with unit_of_work() as session:
            wishing.say(
                session, reference=found.reference, person_id=current_user.person_id, wished=wished, at=clock.now()
            )
    except Invalid as error:
        return _page(found, again(error)), 422
    except Refused as error:
        return dossiers.page(dossiers.reached(reference), {"": error_words(error)}), 409
    return redirect(f"{url_for('account.dossier', reference=found.reference)}#way", 303)


def _page(found: Dossier, asked: WayQuestion) -> str:
    decided = found.state is State.RESOLVED
    return render_template("account/way.html", dossier=found, question=asked, decided=decided)
