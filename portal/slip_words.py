"""From a dossier to its control slip: which acts are hand-overs, between whom, and whether in time."""

from collections.abc import Callable, Mapping

from flask_babel import gettext

from portal.clock import local_day
from portal.display import act_words, is_pilot, taken_back_words
from portal.dossiers import called_for, taking_back
from portal.dossiers.life import Act
from portal.dossiers.views import Dossier, Step
from portal.i18n import language
from portal.papers import HandOver, Punctuality, SlipFacts, control_slip, form_sets
from portal.receipt_words import issuer, look_up_address
from portal.timelines import who_acted

_: Callable[..., str] = gettext

HAND_OVERS = frozenset(
    {
        Act.RECEIVED,
        Act.NOT_RECEIVED,
        Act.SUPPLEMENT_ASKED,
        Act.SUPPLEMENT_GIVEN,
        Act.PASSED,
        Act.TAKEN_UP,
        Act.ASSIGNED,
        Act.GIVEN_BACK,
        Act.PROPOSED,
        Act.APPROVED,
        Act.SENT_BACK,
        Act.HANDED_OVER,
        Act.RESOLVED,
        Act.RETURNED,
        Act.STOPPED,
        Act.WITHDRAWN,
        Act.CORRECTED,
    }
)
BY_APPLICANT = frozenset({Act.RECEIVED, Act.SUPPLEMENT_GIVEN, Act.WITHDRAWN})
TO_APPLICANT = frozenset({Act.NOT_RECEIVED, Act.SUPPLEMENT_ASKED, Act.RETURNED})


def slip_pdf(dossier: Dossier, names: Mapping[int, str]) -> bytes:
    """The slip of a dossier that holds every step, with the officers' names, in the reader's language."""
    by, last, applicant = issuer(dossier), dossier.steps[-1], dossier.applicant
    facts = SlipFacts(
        form=form_sets.form("control", on=called_for.form_day(dossier.received_at, last.at)),
        reference=dossier.reference,
        at=last.at,
        agency=by.agency,
        superior=by.superior or "",
        place=by.place,
        applicant=applicant.name if applicant else _("Đã xóa theo luật"),
        phone=(applicant.phone or "") if applicant else "",
        procedure_code=dossier.procedure_code,
        procedure=dossier.procedure.in_(language()),
        received_at=dossier.received_at,
        due_at=dossier.due_at,
        rows=[_row(dossier, step, names) for step in dossier.steps if step.act in HAND_OVERS],
        look_up_address=look_up_address(dossier),
        demo=is_pilot(),
    )
    return control_slip(facts, lang=language())


def _row(dossier: Dossier, step: Step, names: Mapping[int, str]) -> HandOver:
    lang = language()
    unit = step.unit.in_(lang)
    return HandOver(
        unit=f"{unit} → {step.to.in_(lang)}" if step.to else unit,
        at=step.at,
        giver=_giver(dossier, step, names),
        taker=_taker(dossier, step, names),
        result=punctuality(dossier, step),
        note=_named(dossier, step),
    )


def _named(dossier: Dossier, step: Step) -> str:
    taken = next((one for one in taking_back.taken_back(dossier.steps) if one[1].n == step.n), None)
    return act_words(step.act) if taken is None else taken_back_words(taken[0].act)


def _giver(dossier: Dossier, step: Step, names: Mapping[int, str]) -> str:
    if step.act in BY_APPLICANT:
        return _applicant(dossier)
    if step.act is Act.TAKEN_UP:
        return names.get(step.kept_by or 0, "")
    return who_acted(step, names) or ""


def _taker(dossier: Dossier, step: Step, names: Mapping[int, str]) -> str:
    if step.act in TO_APPLICANT:
        return _applicant(dossier)
    if step.act in (Act.RECEIVED, Act.TAKEN_UP):
        return who_acted(step, names) or ""
    return names.get(step.to_officer_id or 0, "")


def _applicant(dossier: Dossier) -> str:
    return dossier.applicant.name if dossier.applicant else ""


def punctuality(dossier: Dossier, step: Step) -> Punctuality:
    """By the due instant that held until then: before its day, on it, or past it; nothing before there was one."""
    due_at = called_for.due_before(dossier.steps, step)
    if due_at is None:
        return ""
    if step.at > due_at:
        return "after"
    return "on" if local_day(step.at) == local_day(due_at) else "before"
