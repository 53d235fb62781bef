"""A result made from the province's template: the officer types what the dossier does not know, looks, and resolves.

The PDF then goes the way of one that was uploaded: into the store, signed after the commit, found by `/verify`.
"""

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal import clock
from portal.access import Audience, audience
from portal.blueprints.desk import process
from portal.blueprints.desk.acts import ACTS, Facts, offered, whole_number
from portal.blueprints.desk.clicks import out_of_reach
from portal.blueprints.desk.dossiers import attempt, reached
from portal.blueprints.desk.face import actor, blueprint, officer_id
from portal.blueprints.desk.page import record_view
from portal.blueprints.desk.trouble import Trouble
from portal.dossiers import attachments, notes
from portal.dossiers.life import Outcome, State
from portal.dossiers.notes import LONGEST
from portal.dossiers.references import agency
from portal.dossiers.views import Dossier
from portal.people.queries import Officer
from portal.procedures import queries as catalogue
from portal.procedures.writable import is_readable
from portal.result_templates import queries as result_templates
from portal.result_templates.queries import Version
from portal.result_words import Asked, asked, fits, known_values, result_pdf, signer_of, too_long_words
from portal.transaction import current_session

_: Callable[..., str] = gettext

RESOLVE = ACTS["resolve"]
LONGEST_LINE = 300
LONGEST_TEXT = 4000
FIRST_RECIPIENTS = "Như trên\nLưu: VT, hồ sơ"  # as papers of the agency usually end; Vietnamese, it is printed


@dataclass(frozen=True, slots=True)
class Making:
    """One paper on its way: what is known, what is asked, what was typed, and what is wrong with that."""

    dossier: Dossier
    template: Version
    at: datetime
    signer: Officer | None
    known: Mapping[str, str]
    asked: list[Asked]
    typed: Mapping[str, str]
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def values(self) -> Mapping[str, str]:
        return {**self.known, **{one.mark: self.typed[one.input] for one in self.asked}}

    def pdf(self) -> bytes:
        return result_pdf(self.dossier, self.template, self.values, signer=self.signer, at=self.at)

    def facts(self) -> Facts:
        """For the act: the paper is in the store afterwards, as if it had been uploaded."""
        stored = attachments.store(io.BytesIO(self.pdf()), name=self._name(), declared="application/pdf")
        return {
            "reason": RESOLVE.typed_words(),
            "outcome": Outcome(self.template.outcome),
            "files": [stored],
        }

    def _name(self) -> str:
        title = self.template.title[:80].replace("/", "-").replace("\\", "-")  # no folders in a name
        return f"{title} {self.dossier.reference}.pdf"


@blueprint.get("/desk/dossiers/<reference>/result/<any(granted, refused):outcome>")
@audience(Audience.OFFICER)
def result(reference: str, outcome: str) -> ResponseReturnValue:
    """The page with what the officer types."""
    found = reached(reference) or abort(404)
    made = _making(found, outcome, typed=False)
    if not _may_resolve(found, outcome):
        return _not_now(found)
    record_view(found.id)
    return _page(made)


@blueprint.post("/desk/dossiers/<reference>/result/<any(granted, refused):outcome>/preview.pdf")
@audience(Audience.OFFICER)
def preview_result(reference: str, outcome: str) -> ResponseReturnValue:
    """The paper as it would be, with nothing kept; for who may make it, because it looks like one."""
    found = reached(reference) or abort(404)
    made = _read(_making(found, outcome, typed=True))
    if not _may_resolve(found, outcome):
        return _not_now(found)
    record_view(found.id)
    if made.errors:
        return _page(made), 422
    # As a download: the page stays as it is, with all that was typed.
    headers = {"Content-Disposition": f'attachment; filename="{found.reference}-preview.pdf"'}
    return Response(made.pdf(), mimetype="application/pdf", headers=headers)


@blueprint.post("/desk/dossiers/<reference>/result/<any(granted, refused):outcome>")
@audience(Audience.OFFICER)
def resolve_with_template(reference: str, outcome: str) -> ResponseReturnValue:
    """Resolve with the paper as the result's file; what stands in the way leaves what was typed."""
    seen, found = whole_number(request.form.get("seen")), reached(reference)
    if found is None:
        return out_of_reach(RESOLVE, reference, seen)
    made = _making(found, outcome, typed=True)
    if seen == found.seen:
        if whole_number(request.form.get("template")) != made.template.id:
            made.errors[""] = _(
                "Mẫu này vừa có bản mới. Hãy xem thử lại rồi ghi kết quả; những gì bạn đã viết vẫn còn."
            )
            return _page(made), 409
        if _read(made, with_reason=True).errors:
            return _page(made), 422

    def again(now: Dossier, trouble: Trouble) -> ResponseReturnValue:
        return _page(replace(made, dossier=now), trouble), trouble.status

    return attempt(found, RESOLVE, seen, made.facts, again)


def _making(found: Dossier, outcome: str, *, typed: bool) -> Making:
    """404 where no template is in force for the outcome, or the person's data were erased."""
    session, at = current_session(), clock.now()
    template = result_templates.in_force(session, found.procedure_code, at=at).get(outcome)
    procedure = catalogue.revision(session, found.revision_id, agency=agency(found.reference))
    if template is None or procedure is None or found.applicant is None:
        abort(404)
    signer = signer_of(found, Outcome(outcome), officer_id())
    known = known_values(found, procedure, signer=signer, at=at)
    wanted = asked(template.body, procedure.form, known)
    first = {"free-recipients": FIRST_RECIPIENTS}
    said = {one.input: request.form.get(one.input, "") if typed else first.get(one.input, "") for one in wanted}
    return Making(found, template, at, signer, known, wanted, {name: text.strip() for name, text in said.items()})


def _read(made: Making, *, with_reason: bool = False) -> Making:
    """What is wrong with what was typed goes into `errors`."""
    for one in made.asked:
        text, longest = made.typed[one.input], LONGEST_TEXT if one.long else LONGEST_LINE
        if not text:
            made.errors[one.input] = _("Hãy điền “%(what)s”.", what=one.label)
        elif len(text) > longest:
            made.errors[one.input] = _(
                "“%(what)s” dài quá %(most)s ký tự. Hãy viết ngắn lại.", what=one.label, most=longest
            )
        elif not is_readable(text):
            made.errors[one.input] = _("“%(what)s” có ký tự không ghi được. Hãy gõ lại.", what=one.label)
    if not made.errors and not fits(made.template.body, made.values):
        made.errors[""] = too_long_words()
    note, problem = notes.read(RESOLVE.typed_words(), "reason")
    if with_reason and problem is None and not note and made.template.outcome == Outcome.REFUSED:
        made.errors["resolve-reason"] = _("Hãy ghi lý do từ chối. Người nộp đọc nguyên văn.")
    return made


def _may_resolve(found: Dossier, outcome: str) -> bool:
    here = process.standing(current_session(), found)
    acts = offered(process.allowed(found.possible(actor()), here, found, actor()))
    return "resolve" in acts and (outcome == Outcome.REFUSED or found.state == State.IN_PROGRESS)


def _not_now(found: Dossier) -> ResponseReturnValue:
    flash(_("Hồ sơ không còn ở bước làm được việc này. Hãy xem quá trình giải quyết bên dưới."), "waiting")
    return redirect(url_for("desk.dossier", reference=found.reference), 303)


def _page(made: Making, trouble: Trouble | None = None) -> str:
    errors = dict(made.errors)
    if trouble is not None:
        errors |= {f"resolve-{name}" if name else "": words for name, words in trouble.errors.items()}
    inputs = {one.input for one in made.asked} | {"resolve-reason"}
    return render_template(
        "desk/result.html",
        dossier=made.dossier,
        template=made.template,
        signer=made.signer,
        asked=made.asked,
        typed=made.typed,
        reason=RESOLVE.typed_words(),
        longest=LONGEST,
        errors=errors,
        error_list=[(f"f-{name}" if name in inputs else "", words) for name, words in errors.items()],
    )
