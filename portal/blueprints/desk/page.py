"""One dossier on one page: everything to decide by, as finished values for the template."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import abort, render_template
from flask_babel import gettext
from sqlalchemy.orm import Session

from portal import clock, paper_note_words
from portal.blueprints.desk import process
from portal.blueprints.desk.acts import offered
from portal.blueprints.desk.choices import Choices
from portal.blueprints.desk.face import actor, desk_units, officer_id
from portal.blueprints.desk.trouble import Trouble
from portal.blueprints.desk.words import due_if_received, next_for_desk, proposal_words, why_nothing_to_do
from portal.display import act_words, day
from portal.dossiers import attachments, commands, national_status, opinions, own_files, queries
from portal.dossiers.life import Act, State
from portal.dossiers.notes import LONGEST
from portal.dossiers.references import agency
from portal.dossiers.views import Dossier, File, StoredFile
from portal.i18n import language
from portal.mandate_words import days_words, party_name, standing_words
from portal.mandates import queries as mandates
from portal.notice_words import notices_of
from portal.people import queries as people
from portal.procedures import queries as catalogue
from portal.procedures.answers import answers_for_display
from portal.procedures.procedure import Procedure
from portal.result_templates import queries as result_templates
from portal.signature_words import found_lines, papers_of
from portal.timelines import AT_THE_DESK, timeline
from portal.transaction import current_session, unit_of_work
from portal.units import queries as units
from portal.way_words import wish_of
from portal.working_words import explained, term_of

_: Callable[..., str] = gettext

Names = dict[int, str]


@dataclass(frozen=True, slots=True)
class Papers:
    """Files that came with one act."""

    title: str
    files: tuple[tuple[str, File], ...]  # what the file is, and the file


def show(dossier: Dossier, trouble: Trouble | None = None) -> str:
    """The page; that the officer saw it is in the access log before it is shown."""
    record_view(dossier.id)
    session, now = current_session(), clock.now()
    procedure = catalogue.revision(session, dossier.revision_id, agency=agency(dossier.reference)) or abort(404)
    here = process.standing(session, dossier)
    acts = offered(process.allowed(dossier.possible(actor()), here, dossier, actor()))
    (words, overdue), names = next_for_desk(dossier, at=now), names_in(session, dossier)
    return render_template(
        "desk/dossier.html",
        wide=True,
        dossier=dossier,
        items=timeline(dossier, lang=language(), at=now, names=names),
        next=words,
        overdue=overdue,
        acts=acts,
        no_acts=None if set(acts) - {"take-back"} else why_nothing_to_do(dossier, units=desk_units()),
        summary=summary_of(session, dossier.answers, procedure),
        opinions=opinions.of_dossier(session, dossier.id) if _was_asked(dossier) else (),
        at=now,
        papers=_papers(dossier, procedure),
        on_paper=paper_note_words.lines(procedure.form, dossier.papers),
        entered_here=dossier.channel in AT_THE_DESK and dossier.steps[0].officer_id == officer_id(),
        signed=papers_of(dossier),
        notices=notices_of(dossier),
        results_gone=own_files.taken_back(session, dossier.files),
        signatures={file.id: found_lines(file.signed, at=now) for file in dossier.files},
        represented=_represented(session, dossier),
        due_now=due_if_received(dossier, procedure, session, at=now) if "receive" in acts else None,
        workings=explained(session, dossier.steps, term_of(procedure, dossier.channel)),
        choices=Choices.for_acts(session, dossier, acts, at=now, here=here),
        process=process.part(session, dossier, here, at=now),
        wish=wish_of(dossier),
        **_standing(dossier, names),
        trouble=trouble,
        accept=attachments.ACCEPT,
        longest=LONGEST,
        templates=_templates(session, dossier, at=now) if "resolve" in acts else [],
    )


def _standing(dossier: Dossier, names: Names) -> dict[str, object]:
    """Who has it, what is proposed, and what the national portal calls that."""
    return {
        "keeper": names.get(dossier.keeper_id or 0),
        "proposal": proposal_words(dossier, names),
        "national": (dossier.national_code, national_status.WORDS[dossier.national_code]),
    }


def _templates(session: Session, dossier: Dossier, *, at: datetime) -> list[tuple[str, str]]:
    """The outcomes that a template is published for, and what the paper is called."""
    found = result_templates.in_force(session, dossier.procedure_code, at=at)
    possible = ("granted", "refused") if dossier.state == State.IN_PROGRESS else ("refused",)
    return [(outcome, found[outcome].title) for outcome in possible if outcome in found]


def record_view(dossier_id: int, *, file_id: int | None = None) -> None:
    """Note for the applicant that this officer looked; NotFound where the dossier is none of theirs."""
    with unit_of_work() as session:
        commands.record_view(
            session,
            dossier_id=dossier_id,
            officer_id=officer_id(),
            unit_ids=sorted(desk_units()),
            at=clock.now(),
            file_id=file_id,
        )


def names_in(session: Session, dossier: Dossier) -> Names:
    """The officers who acted on the dossier or had it, by id."""
    known = {
        officer_id
        for step in dossier.steps
        for officer_id in (step.officer_id, step.to_officer_id, step.for_officer_id)
    }
    return people.officer_names(session, {officer_id for officer_id in known if officer_id})


@dataclass(frozen=True, slots=True)
class Represented:
    """Who filed the dossier for the applicant, and the mandate as it stands now."""

    name: str
    number: str
    state: tuple[str, str]
    days: str
    scan: StoredFile | None


def _represented(session: Session, dossier: Dossier) -> Represented | None:
    if dossier.mandate_id is None:
        return None
    mandate = mandates.of_dossier(session, dossier.mandate_id, at=clock.now())
    agent = dossier.agent
    return Represented(
        name=party_name(agent.name or "" if agent else ""),
        number=agent.national_id or "–" if agent else "–",
        state=standing_words(mandate),
        days=days_words(mandate),
        scan=queries.mandate_paper(session, mandate.id),
    )


def _was_asked(dossier: Dossier) -> bool:
    return any(step.act is Act.OPINION_ASKED for step in dossier.steps)


def summary_of(
    session: Session, given: Mapping[str, Any], procedure: Procedure
) -> list[tuple[str, list[tuple[str, str]]]]:
    """What was declared, in words."""
    fields = [field.key for field in procedure.form.fields if field.type == "unit"]
    codes = {given[key] for key in fields if key in given}
    names = {code: unit.name_in(language()) for code, unit in units.names_of(session, codes).items()}
    return answers_for_display(procedure.form, given, language(), units=names)


def _papers(dossier: Dossier, procedure: Procedure) -> list[Papers]:
    """The files act by act, the newest first; what was filed stays last."""
    labels = {field.key: field.label.in_(language()) for field in procedure.form.fields if field.type == "file"}
    found = []
    for step in reversed(dossier.steps):
        files = dossier.files_of_step(step.n)
        title = _("Nộp cùng hồ sơ") if step.act is Act.FILED else f"{act_words(step.act)}, {day(step.at)}"
        if step.n in dossier.taken_back:
            title = _("%(act)s (đã thu hồi)", act=title)
        if files:
            found.append(Papers(title, tuple((labels.get(file.field, ""), file) for file in files)))
    return found
