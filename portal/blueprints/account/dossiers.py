"""One dossier as its owner sees it, or whoever filed it for them while the mandate holds."""

from collections.abc import Callable
from typing import Any

from flask import Response, abort, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from portal import clock, paper_note_words
from portal.access import Audience, audience, register_day
from portal.blueprints.account import proofs
from portal.blueprints.account.overview import blueprint
from portal.dossier_words import error_words, file_words, problem_words
from portal.dossiers import attachments, commands, queries, signed_papers, wishing
from portal.dossiers.attachments import Stored
from portal.dossiers.life import Act, Actor
from portal.dossiers.references import agency
from portal.dossiers.views import Done, Dossier
from portal.dossiers.wishes import MAX_FILES
from portal.errors import Invalid, Refused, Stale
from portal.files.file_refusals import FileRefused
from portal.i18n import language
from portal.ledger import keys, note
from portal.notice_words import notices_of
from portal.papers import LogProof, receipt
from portal.people import queries as people
from portal.procedures import queries as catalogue
from portal.procedures.answers import answers_for_display
from portal.procedures.procedure import Procedure
from portal.procedures.reading import Problem
from portal.receipt_words import issuer, log_proof, look_up_address, receipt_facts, receiver_ids
from portal.settings import Settings
from portal.signature_words import found_lines, papers_of
from portal.timelines import next_words, timeline
from portal.transaction import current_session, unit_of_work
from portal.units import queries as units
from portal.way_words import way_words, wish_of
from portal.working_words import explained, term_of

Errors = dict[str, str]
COMMANDS: dict[Act, Callable[..., Done]] = {
    Act.SUPPLEMENT_GIVEN: commands.give_supplement,
    Act.WITHDRAWN: commands.withdraw,
}


@blueprint.get("/dossiers/<reference>")
@audience(Audience.PERSON)
def dossier(reference: str) -> ResponseReturnValue:
    """The owner's page."""
    return page(reached(reference), {})


@blueprint.get("/dossiers/<reference>/receipt.pdf")
@audience(Audience.PERSON)
def receipt_pdf(reference: str) -> ResponseReturnValue:
    """The receipt (or, before the desk received it, the confirmation of filing) with its QR code."""
    found = reached(reference)
    secret = queries.receipt_secret(current_session(), found.reference, person_id=current_user.person_id)
    procedure = catalogue.revision(current_session(), found.revision_id, agency=agency(found.reference))
    if procedure is None or (secret is None and found.agent_id is None):
        abort(404)
    facts = receipt_facts(
        found,
        procedure,
        secret=secret,
        address=look_up_address(found),
        officers=people.officer_names(current_session(), receiver_ids(found)),
        issuer=issuer(found),
        proof=_log_proof(found),
    )
    data = receipt(facts, lang=language())
    headers = {"Content-Disposition": f'attachment; filename="{found.reference}.pdf"'}
    return Response(data, mimetype="application/pdf", headers=headers)


@blueprint.get("/dossiers/<reference>/papers/<int(max=9223372036854775807):paper_id>")
@audience(Audience.PERSON)
def signed_paper(reference: str, paper_id: int) -> ResponseReturnValue:
    """A signed paper of the dossier, as an attachment."""
    at, person_id = clock.now(), current_user.person_id
    found = signed_papers.file_of_person(current_session(), paper_id, person_id=person_id, at=at)
    if found is None or found.reference != reference:
        abort(404)
    return Response(attachments.read(found), headers=attachments.headers(found))


@blueprint.get("/dossiers/<reference>/files/<int:file_id>")
@audience(Audience.PERSON)
def file(reference: str, file_id: int) -> ResponseReturnValue:
    """One of the dossier's own files or its result, as an attachment."""
    found = queries.file_of_person(current_session(), file_id, person_id=current_user.person_id, at=clock.now())
    if found is None or found.reference != reference:
        abort(404)
    return Response(attachments.read(found), headers=attachments.headers(found))


@blueprint.post("/dossiers/<reference>/supplement")
@audience(Audience.PERSON)
def supplement(reference: str) -> ResponseReturnValue:
    """Give what the desk asked for; the clock runs again."""
    found = reached(reference)
    errors, files = _store_all()
    if errors:
        return page(found, errors), 422
    return _act(found, Act.SUPPLEMENT_GIVEN, message=request.form.get("message", ""), files=files)


@blueprint.get("/dossiers/<reference>/withdraw")
@audience(Audience.PERSON)
def ask_withdraw(reference: str) -> ResponseReturnValue:
    """Ask once before the dossier is withdrawn."""
    found = reached(reference)
    if Act.WITHDRAWN not in found.possible(_actor()):
        return redirect(url_for("account.dossier", reference=reference), 303)
    return _withdraw_page(found, {})


@blueprint.post("/dossiers/<reference>/withdraw")
@audience(Audience.PERSON)
def withdraw(reference: str) -> ResponseReturnValue:
    return _act(reached(reference), Act.WITHDRAWN, reason=request.form.get("reason", ""))


def _act(found: Dossier, act: Act, **facts: Any) -> ResponseReturnValue:
    """Do it, or show the page again with what stood in the way and what was typed."""
    command = COMMANDS[act]
    seen = request.form.get("seen", "")
    try:
        with unit_of_work() as session:
            command(
                session,
                reference=found.reference,
                by=_actor(),
                seen=int(seen) if seen.isdecimal() and len(seen) < 6 else -1,
                at=clock.now(),
                on=register_day(),
                **facts,
            )
    except Invalid as error:
        problems = [problem for problem in error.problems if isinstance(problem, Problem)]
        return _again(found, act, {problem.field: problem_words(problem) for problem in problems}), 422
    except (Stale, Refused) as error:
        return _again(reached(found.reference), act, {"": error_words(error)}), 409
    return redirect(url_for("account.dossier", reference=found.reference), 303)


def _again(found: Dossier, act: Act, errors: Errors) -> str:
    """The page that the form stands on, where the act is still possible; else the dossier as it is now."""
    if act is Act.WITHDRAWN and act in found.possible(_actor()):
        return _withdraw_page(found, errors)
    return page(found, errors)


def _withdraw_page(found: Dossier, errors: Errors) -> str:
    return render_template("account/withdraw.html", dossier=found, errors=errors, error_list=_listed(errors))


def _listed(errors: Errors) -> list[tuple[str, str]]:
    return [(f"f-{name}" if name else "", message) for name, message in errors.items()]


def page(found: Dossier, errors: Errors) -> str:
    """The dossier, with what stood in the way of something that was done here."""
    session = current_session()
    procedure = catalogue.revision(session, found.revision_id, agency=agency(found.reference))
    if procedure is None:
        abort(404)
    views = queries.views_of_dossier(session, dossier_id=found.id)
    now, named = clock.now(), named_in_timeline(found)
    officers = people.officer_names(session, {view.officer_id for view in views} | named)
    return render_template(
        "account/dossier.html",
        dossier=found,
        procedure=procedure,
        items=timeline(found, lang=language(), at=now, names={key: officers[key] for key in named & officers.keys()}),
        on_paper=paper_note_words.lines(procedure.form, found.papers),
        next=next_words(found, person=True, at=now),
        late=found.late(now),
        acts=set(found.possible(_actor())),
        summary=answers_for_display(procedure.form, found.answers, language(), units=_unit_names(found, procedure)),
        labels={field.key: field.label.in_(language()) for field in procedure.form.fields if field.type == "file"},
        proof=proofs.part(found, procedure.form),
        signed=papers_of(found),
        notices=notices_of(found),
        signatures={file.id: found_lines(file.signed, at=now) for file in found.files},
        views=views,
        workings=explained(session, found.steps, term_of(procedure, found.channel)),
        officers=officers,
        secret=queries.receipt_secret(session, found.reference, person_id=current_user.person_id),
        wish=wish_of(found),
        offered_way=way_words(found.offered_way),
        may_wish=found.applicant is not None and wishing.open_to_wishes(found.state),
        mandate_link=None if found.mandate_id is None else url_for("account.mandate", mandate_id=found.mandate_id),
        just_filed=request.args.get("filed") == "1",
        errors=errors,
        error_list=_listed(errors),
        accept=attachments.ACCEPT,
    )


def named_in_timeline(found: Dossier) -> set[int]:
    """The applicant reads who wrote down what they said, and in whose place that officer acted where they did."""
    entered_by = found.steps[0].officer_id
    if entered_by is None:
        return set()
    acted_for = (step.for_officer_id for step in found.steps if step.officer_id == entered_by)
    return {entered_by, *(one for one in acted_for if one is not None)}


def _unit_names(found: Dossier, procedure: Procedure) -> dict[str, str]:
    keys = [field.key for field in procedure.form.fields if field.type == "unit"]
    codes = {found.answers[key] for key in keys if key in found.answers}
    if not codes:
        return {}
    return {code: unit.name_in(language()) for code, unit in units.names_of(current_session(), codes).items()}


def _store_all() -> tuple[Errors, list[Stored]]:
    files: list[Stored] = []
    chosen = [sent for sent in request.files.getlist("file") if sent.filename]
    if len(chosen) > MAX_FILES:
        return {"file": problem_words(Problem("file", "too_many_files", {"limit": MAX_FILES}))}, files
    for sent in chosen:
        try:
            files.append(attachments.store(sent.stream, name=sent.filename or "", declared=sent.mimetype))
        except FileRefused as error:
            return {"file": file_words(error)}, files
    return {}, files


def _log_proof(found: Dossier) -> LogProof | None:
    settings: Settings = current_app.config["SETTINGS"]
    held = proofs.paper_proof(found)
    if held is None:
        return None
    key = note.parse_vkey(keys.published_keys(settings)[-1].vkey)
    return log_proof(held, key=key, verify_address=f"{settings.base_url}{url_for('ledger.verify')}")


def reached(reference: str) -> Dossier:
    """Theirs, or filed by them for somebody whose mandate holds at this instant; all else looks like none."""
    found = queries.open_to(current_session(), reference, person_id=current_user.person_id, at=clock.now())
    return found or abort(404)


def _actor() -> Actor:
    return Actor.person(current_user.person_id)
