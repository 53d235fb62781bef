"""`/desk/counter`: an officer files for somebody without an account who stands at the counter, or wrote by post.

`?for=organisation`: for an organisation, by whoever is there for it.

The form itself is filled in on the pages of drafts (`portal.blueprints.submission`), the same as anybody's.
"""

from collections.abc import Callable
from uuid import UUID, uuid4

from flask import Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal import clock
from portal.access import Audience, audience, register_day
from portal.addresses import address
from portal.blueprints.desk import identity
from portal.blueprints.desk.face import actor, blueprint, officer
from portal.blueprints.desk.identity import Identity
from portal.blueprints.desk.page import record_view
from portal.blueprints.desk.queues import units_of
from portal.dossiers import counter as counters
from portal.dossiers import queries
from portal.dossiers.counter import Kind
from portal.dossiers.life import Act
from portal.dossiers.references import agency
from portal.dossiers.views import Dossier
from portal.errors import NotFound, Refused
from portal.i18n import language
from portal.paper_note_words import lines
from portal.papers import receipt
from portal.people import queries as people
from portal.procedures import queries as catalogue
from portal.procedures.indexing import LONGEST_QUESTION
from portal.procedures.matching import Filters
from portal.procedures.procedure import Procedure
from portal.receipt_words import issuer, look_up_address, receipt_facts, receiver_ids
from portal.transaction import current_session, unit_of_work
from portal.units.queries import Unit
from portal.way_words import wished_words

_: Callable[..., str] = gettext

LISTED = 25
KINDS: tuple[Kind, ...] = ("citizen", "organisation")


@blueprint.get("/desk/counter")
@audience(Audience.OFFICER)
def counter() -> ResponseReturnValue:
    """What the unit takes at its counter, and what this officer has begun there."""
    mine = _units()
    chosen, kind = _chosen(mine), _kind()
    session, q = current_session(), request.args.get("q", "").strip()[:LONGEST_QUESTION]
    page = catalogue.find(
        session,
        q=q,
        filters=Filters(audience=kind, agency=chosen.agency_code, agency_kind=chosen.kind),
        after=request.args.get("after"),
        limit=LISTED,
        lang=language(),
        at=clock.now(),
    )
    return render_template(
        "desk/counter.html",
        units=mine,
        chosen=chosen,
        q=q,
        rows=page.rows,
        kind=kind,
        tabs=[(one, _for_whom(one), _counter_address(chosen, one, q)) for one in KINDS],
        following=_counter_address(chosen, kind, q, page.after) if page.after else None,
        drafts=counters.drafts_of(session, by=actor()),
        unit_names={unit.id: unit.name_in(language()) for unit in mine},
    )


@blueprint.get("/desk/counter/new")
@audience(Audience.OFFICER)
def counter_new() -> ResponseReturnValue:
    """Who it is, and how the papers came."""
    unit, procedure = _wanted()
    return _identity_page(unit, procedure, Identity(_kind()), token=uuid4())


@blueprint.post("/desk/counter/new")
@audience(Audience.OFFICER)
def counter_begin() -> ResponseReturnValue:
    """Enter who it is and begin the draft; the form's own word makes a second click the same draft."""
    unit, procedure = _wanted()
    who, token = identity.read(_kind()), _token()
    channel = next((one for one in counters.CHANNELS if one == request.form.get("channel")), None)
    if who.shown is None or channel is None:
        return _identity_page(unit, procedure, who, token=token, no_channel=channel is None), 422
    try:
        with unit_of_work() as session:
            counters.begin(
                session,
                token=token,
                by=actor(),
                unit_id=unit.id,
                code=procedure.code,
                channel=channel,
                who=who.shown,
                at=clock.now(),
                on=register_day(),
            )
    except Refused as error:
        return _identity_page(unit, procedure, who, token=token, trouble=_refusal(error, who.kind)), 409
    return redirect(url_for("submission.draft", token=token), 303)


@blueprint.get("/desk/counter/<uuid:token>/applicant")
@audience(Audience.OFFICER)
def counter_applicant(token: UUID) -> ResponseReturnValue:
    """The applicant of a draft of this officer, to correct what was mistyped."""
    session = current_session()
    person = people.person(session, _applicant_of(token)) or abort(404)
    representative = counters.representative_of(session, token, by=actor())
    return _applicant_page(token, identity.of_person(person, representative))


@blueprint.post("/desk/counter/<uuid:token>/applicant")
@audience(Audience.OFFICER)
def counter_correct(token: UUID) -> ResponseReturnValue:
    person = people.person(current_session(), _applicant_of(token)) or abort(404)
    who = identity.read(person.kind)
    if who.shown is None:
        return _applicant_page(token, who), 422
    try:
        with unit_of_work() as session:
            counters.correct(session, token=token, by=actor(), who=who.shown, at=clock.now())
    except NotFound:
        abort(404)
    return redirect(url_for("submission.draft", token=token), 303)


@blueprint.get("/desk/counter/filed/<reference>")
@audience(Audience.OFFICER)
def counter_filed(reference: str) -> ResponseReturnValue:
    """What is printed and handed over, and the way on to receiving. It is a look at the dossier, and written down."""
    found, secret = _entered(reference)
    record_view(found.id)
    procedure = _procedure(found)
    return render_template(
        "desk/counter_filed.html",
        dossier=found,
        secret=secret,
        on_paper=lines(procedure.form, found.papers),
        wished=wished_words(found.wished) if found.wished else None,
        look_up=look_up_address(found),
        may_receive=Act.RECEIVED in found.possible(actor()),
    )


@blueprint.get("/desk/counter/filed/<reference>/receipt.pdf")
@audience(Audience.OFFICER)
def counter_receipt(reference: str) -> ResponseReturnValue:
    """The receipt, or before the receipt the confirmation of filing, with the look-up secret and its QR code."""
    found, secret = _entered(reference)
    record_view(found.id)
    facts = receipt_facts(
        found,
        _procedure(found),
        secret=secret,
        address=look_up_address(found),
        officers=people.officer_names(current_session(), receiver_ids(found)),
        issuer=issuer(found),
        proof=None,
    )
    headers = {"Content-Disposition": f'attachment; filename="{found.reference}.pdf"'}
    return Response(receipt(facts, lang=language()), mimetype="application/pdf", headers=headers)


def _units() -> list[Unit]:
    """The units at whose counter the officer receives; nobody else has business here."""
    ids = officer().units_as("receiver")
    return units_of(current_session(), ids) or abort(403)


def _chosen(mine: list[Unit]) -> Unit:
    code = request.values.get("unit")
    return next((unit for unit in mine if unit.agency_code == code), None) or (abort(404) if code else mine[0])


def _kind() -> Kind:
    """For whom: a person, unless an organisation is said."""
    return "organisation" if request.values.get("for") == "organisation" else "citizen"


def _for_whom(kind: Kind) -> str:
    return _("Tổ chức") if kind == "organisation" else _("Cá nhân")


def _counter_address(unit: Unit, kind: Kind, q: str, after: str | None = None) -> str:
    said = {"unit": unit.agency_code, "for": None if kind == "citizen" else kind, "q": q or None, "after": after}
    return address("desk.counter", said)


def _wanted() -> tuple[Unit, Procedure]:
    unit = _chosen(_units())
    code = request.values.get("procedure", "")[:60]
    return unit, catalogue.published(current_session(), code, at=clock.now()) or abort(404)


def _token() -> UUID:
    try:
        return UUID(request.form.get("token", "")[:40])
    except ValueError:
        return abort(400)


def _applicant_of(token: UUID) -> int:
    return counters.applicant_of(current_session(), token, by=actor()) or abort(404)


def _entered(reference: str) -> tuple[Dossier, str]:
    """A dossier that this officer entered, still at their desk, with its secret; all else looks like none."""
    session = current_session()
    secret = counters.receipt_secret(session, reference, by=actor()) or abort(404)
    found = queries.for_desk(session, reference, unit_ids=officer().units_as("receiver")) or abort(404)
    return found, secret


def _procedure(found: Dossier) -> Procedure:
    return catalogue.revision(current_session(), found.revision_id, agency=agency(found.reference)) or abort(404)


def _refusal(error: Refused, kind: Kind) -> str:
    if error.code == "too_many_drafts":
        most = error.facts["limit"]
        return _("Bạn có %(limit)s bản nháp tại quầy. Hãy nộp hoặc xóa bớt rồi bắt đầu lại.", limit=most)
    if kind == "organisation":
        return _(
            "Đơn vị không nhận thủ tục này của tổ chức theo cách đã chọn. Hãy xem trang thủ tục, hoặc chọn cách khác."
        )
    return _("Đơn vị không nhận thủ tục này của cá nhân theo cách đã chọn. Hãy xem trang thủ tục, hoặc chọn cách khác.")


def _identity_page(
    unit: Unit, procedure: Procedure, who: Identity, *, token: UUID, no_channel: bool = False, trouble: str = ""
) -> str:
    channels = [one for one in counters.CHANNELS if counters.takes(procedure, unit, one, who.kind)]
    errors = dict(who.errors)
    if no_channel and channels and request.method == "POST":
        errors["channel"] = _("Hãy chọn người nộp đến quầy hay gửi qua bưu chính.")
    typed = request.form.get("channel", "")
    return render_template(
        "desk/counter_new.html",
        unit=unit,
        back=_counter_address(unit, who.kind, ""),
        procedure=procedure,
        shown=who,
        token=token,
        channels=[(one, _channel_words(one)) for one in channels],
        channel=typed if typed in channels else (channels[0] if channels else ""),
        errors=errors,
        error_list=[(f"f-{name}", words) for name, words in errors.items()] + ([("", trouble)] if trouble else []),
    )


def _channel_words(channel: str) -> str:
    return {"counter": _("Người nộp đến quầy"), "post": _("Hồ sơ gửi qua bưu chính")}[channel]


def _applicant_page(token: UUID, who: Identity) -> str:
    return render_template(
        "desk/counter_applicant.html", token=token, shown=who, errors=who.errors, error_list=who.listed
    )
