"""From a dossier's act to what the notice about it says."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import force_locale

from portal.display import is_pilot
from portal.dossiers import called_for, signed_papers
from portal.dossiers.views import Dossier, Step
from portal.i18n import language
from portal.papers import Form, Item, NoticeFacts, NoticeKind, form_sets, notice
from portal.people import queries as people
from portal.receipt_words import issuer, look_up_address, official_receipt
from portal.timelines import who_acted
from portal.transaction import current_session

ITEM = re.compile(r"(?:[-–+•*]|[0-9]{1,2}[.)])\s+(\S.*)")
KIND = re.compile(r"(\S.*?)\s*\(([^()]{1,60})\)[.;]?")


@dataclass(frozen=True, slots=True)
class Offered:
    """A notice that there is, by the step it is about."""

    n: int
    title: str
    at: datetime
    taken_back_at: datetime | None = None


def notices_of(dossier: Dossier) -> list[Offered]:
    """The notices about a dossier, oldest first, with their titles in the reader's language."""
    if dossier.applicant is None:
        return []
    lang = language()
    gone = {n: by.at for n, by in dossier.taken_back.items()}
    found = called_for.notices_of(dossier)
    return [
        Offered(step.n, _form(dossier, step, name).title_in(lang), step.at, gone.get(step.n)) for step, name in found
    ]


def notice_name(dossier: Dossier, n: int) -> str:
    """What the file is called."""
    kind = next(name for step, name in called_for.notices_of(dossier) if step.n == n)
    return signed_papers.own_name(dossier.reference, kind, n)


def notice_pdf(dossier: Dossier, n: int, *, demo: bool | None = None) -> bytes | None:
    """The notice about that step, in the reader's language; None where it calls for none."""
    found = next((pair for pair in called_for.notices_of(dossier) if pair[0].n == n), None)
    if found is None or dossier.applicant is None:
        return None
    facts = _facts(dossier, *found, demo=is_pilot() if demo is None else demo)
    return notice(facts, lang=language())


def official_paper(dossier: Dossier, kind: str, n: int, demo: bool) -> bytes:
    """What is signed, in Vietnamese: the receipt, or the notice about that step."""
    with force_locale("vi"):
        return _official(dossier, kind, n, demo)


def _official(dossier: Dossier, kind: str, n: int, demo: bool) -> bytes:
    if kind == "receipt":
        return official_receipt(dossier, demo)
    made = notice_pdf(dossier, n, demo=demo)
    if made is None:
        raise LookupError(f"step {n} calls for no {kind}")
    return made


def items_of(words: str) -> tuple[list[Item], list[str]]:
    """What an officer wrote, apart: lines that begin with a dash or a number are items, the others its paragraphs.

    What stands in parentheses at the end of an item says which kind of paper: the original, a certified copy.
    """
    items, paragraphs = [], []
    for line in filter(None, map(str.strip, words.splitlines())):
        found = ITEM.fullmatch(line)
        if found is None:
            paragraphs.append(line)
        else:
            kind = KIND.fullmatch(found[1])
            items.append(Item(kind[1], kind[2]) if kind else Item(found[1]))
    return items, paragraphs


def _facts(dossier: Dossier, step: Step, name: NoticeKind, *, demo: bool) -> NoticeFacts:
    by = issuer(dossier, place=step.unit, at=step.at)
    applicant = dossier.applicant
    if applicant is None:
        raise LookupError("a dossier without its applicant has no notices")
    items, reason = items_of(step.note or "") if name == "supplement" else ([], _paragraphs(step.note))
    # Who signs a refusal may be the leader who agreed to it, and not who recorded it: its signature says who.
    names = step.officer_id is not None and name != "denial"
    known = (step.officer_id, step.for_officer_id) if names else ()
    officers = people.officer_names(current_session(), {one for one in known if one is not None})
    return NoticeFacts(
        kind=name,
        form=_form(dossier, step, name),
        reference=dossier.reference,
        copy=_copy(dossier.public_steps, step),
        at=step.at,
        agency=by.agency,
        superior=by.superior or "",
        place=by.place,
        applicant=applicant.name,
        address=applicant.address or "",
        phone=applicant.phone or "",
        email=applicant.email or "",
        procedure_code=dossier.procedure_code,
        procedure=dossier.procedure.in_(language()),
        filed_at=dossier.filed_at,
        received_at=_received_before(dossier, step),
        due_before=called_for.due_before(dossier.steps, step),
        due_after=step.due_at if name == "apology" else None,
        items=items,
        reason=reason,
        officer=who_acted(step, officers) or "",
        contact="",
        look_up_address=look_up_address(dossier),
        demo=demo,
    )


def _form(dossier: Dossier, step: Step, name: str) -> Form:
    return form_sets.form(name, on=called_for.form_day(dossier.received_at, step.at))


def _received_before(dossier: Dossier, step: Step) -> datetime | None:
    received_at = dossier.received_at
    return received_at if received_at is not None and received_at <= step.at else None


def _copy(steps: Sequence[Step], step: Step) -> int:
    """Its number among the dossier's papers of the kind."""
    name = called_for.notice_of(step)
    return sum(called_for.notice_of(one) == name for one in steps if one.n <= step.n)


def _paragraphs(words: str | None) -> list[str]:
    return [line for line in map(str.strip, (words or "").splitlines()) if line]
