"""One dossier's public page: what was done when, until when it is due and why, and where each act stands in the log."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from flask import render_template
from flask.typing import ResponseReturnValue

from portal import clock, display, shells
from portal.access import Audience, audience
from portal.addresses import address, address_of
from portal.blueprints.ledger import face, pieces, words
from portal.blueprints.ledger.face import blueprint
from portal.blueprints.ledger.names import Names, Remembered, names
from portal.blueprints.ledger.pieces import Item
from portal.deadlines import Term
from portal.i18n import gettext
from portal.ledger import queries
from portal.ledger.entry import Members, instant
from portal.ledger.queries import Dossier, Timeline
from portal.ledger.standing import counting, took_back
from portal.procedures import queries as procedures
from portal.transaction import current_session
from portal.working_words import Explained, explained

_: Callable[..., str] = gettext

NEW_DUE = ("received", "supplement_given", "extended", "recounted")
REVISION_SECONDS = 3600.0  # a revision never changes


@dataclass(frozen=True, slots=True)
class _Terms:
    """The terms of a revision by channel; `differ`: some units have their own."""

    by_channel: Mapping[str, Term]
    differ: bool = False


_terms: Remembered[tuple[str, int], _Terms] = Remembered(REVISION_SECONDS)
_own_terms: Remembered[tuple[str, int, str], _Terms] = Remembered(REVISION_SECONDS)


@blueprint.get("/ledger/dossiers/<reference>")
@audience(Audience.PUBLIC)
def dossier(reference: str) -> ResponseReturnValue:
    """Its acts in order, the due instant with its working, and the entries behind them: all in one statement."""
    found = queries.timeline(current_session(), reference, at=clock.now())
    if found is None:
        return render_template("ledger/missing.html", reference=reference[:60]), 404
    acts = [item.act for item in found.entries if item.act is not None and not item.broken]
    tag = face.tag(*(item.position for item in found.entries), len(acts), found.dossier.late)
    if unchanged := face.not_modified(tag):
        return unchanged
    html = _page(found, acts)
    return face.public_page(html, tag)


def _page(found: Timeline, acts: list[Members]) -> bytes:
    known, reference, workings = _names(found), found.dossier.reference, _workings(acts)
    state, tone = words.state_name(found.dossier.state)
    values: shells.Values = {
        "reference": reference,
        "state": state,
        "tone": tone,
        "procedure": known.procedure(acts[0].procedure) if acts else "",
        "facts": pieces.facts(_facts(found.dossier, acts, known)),
        "items": pieces.acts(_all_done(acts, known) + _to_come(found.dossier, known)),
        "workings": pieces.workings(workings),
        "entries": pieces.entries(found.entries),
        "atom": address_of("ledger.dossier_atom", "reference", reference),
        "feed": address_of("ledger.dossier_json", "reference", reference),
        "ask": address("subscriptions.ask", dossier=reference),
    }
    return shells.page(
        "ledger/dossier.html",
        values,
        late=found.dossier.late,
        broken=any(item.broken for item in found.entries),
        sealed=found.dossier.sealed,
        explained=bool(workings),
    )


def _names(found: Timeline) -> Names:
    acts = [item.act for item in found.entries if item.act is not None]
    codes = {act.unit for act in acts} | {act.to for act in acts if act.to} | {found.dossier.unit, found.dossier.holder}
    return names(units_of=codes, procedures_of={act.procedure for act in acts})


def _facts(dossier: Dossier, acts: Iterable[Members], known: Names) -> list[tuple[str, str]]:
    facts = [
        (_("Đơn vị tiếp nhận"), known.unit(dossier.unit)),
        (_("Cách nộp"), words.channel_name(dossier.channel)),
        (_("Nộp lúc"), display.instant(dossier.filed_at)),
        (_("Tiếp nhận lúc"), display.instant(dossier.received_at)),
        (_("Hẹn trả kết quả lúc"), display.instant(dossier.due_at)),
        (_("Có kết quả lúc"), display.instant(dossier.resolved_at)),
        (_("Kết quả"), words.outcome_name(dossier.outcome)),
        (_("Trả kết quả lúc"), display.instant(dossier.returned_at)),
        (_("Phiên bản thủ tục"), next((act.revision for act in acts), "")),
    ]
    return [(label, value) for label, value in facts if value]


def _all_done(acts: Sequence[Members], known: Names) -> list[Item]:
    """Every act; beside one that was taken back, when it was."""
    items = []
    for act, following in zip(acts, [*acts[1:], None], strict=True):
        item = _done(act, known)
        if following is not None and took_back(following, act):
            gone = _("Đã thu hồi lúc %(at)s.", at=display.instant(instant(following.at)))
            item = replace(item, state="undone", note=f"{item.note}. {gone}" if item.note else gone)
        items.append(item)
    return items


def _done(act: Members, known: Names) -> Item:
    at = instant(act.at)
    due_at = None if act.due is None else instant(act.due)
    unit = known.unit(act.unit) if act.to is None else f"{known.unit(act.unit)} → {known.unit(act.to)}"
    if act.act == "resolved" and due_at is not None:
        late = due_at < at
        return Item(words.act_name(act), at, "late" if late else "done", unit, _against_term(at, due_at))
    note = None
    if act.act in NEW_DUE and due_at is not None:
        note = _("Hẹn trả kết quả: %(due)s", due=display.instant(due_at))
    return Item(words.act_name(act), at, "done", unit, note)


def _against_term(at: datetime, due_at: datetime) -> str:
    shown = display.instant(due_at)
    if at > due_at:
        return _("Trễ %(time)s so với hẹn %(due)s", time=display.duration(at - due_at), due=shown)
    return _("Đúng hạn: sớm hơn hẹn %(due)s là %(time)s", time=display.duration(due_at - at), due=shown)


def _to_come(dossier: Dossier, known: Names) -> list[Item]:
    """What is awaited; nothing once a dossier is done with."""
    result = Item(_("Trả kết quả"), None, "future")
    match dossier.state:
        case "filed":
            return [Item(_("Chờ tiếp nhận"), None, "current", known.unit(dossier.unit)), result]
        case "awaiting_supplement":
            return [Item(_("Chờ người nộp bổ sung"), None, "current"), result]
        case "in_progress":
            due_at = display.instant(dossier.due_at)
            note = _("Hẹn trả kết quả: %(due)s", due=due_at) if due_at else None
            state = "late" if dossier.late else "current"
            return [Item(_("Đang giải quyết"), None, state, known.unit(dossier.holder), note), result]
        case "resolved":
            return [Item(_("Chờ trả kết quả"), None, "current", known.unit(dossier.unit))]
    return []


# --- Why it is due when it is ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Fact:
    """What a working needs of an entry."""

    act: str
    at: datetime
    due_at: datetime | None
    rule: str | None


def _workings(acts: list[Members]) -> list[Explained]:
    """Each due instant that an act gave, computed again from what is public: receipt, term, calendar."""
    counted = [one for one in counting(acts) if one.act != "corrected"]
    facts = [_Fact(one.act, instant(one.at), instant(one.due) if one.due else None, one.rule) for one in counted]
    received = next((one for one in counted if one.act == "received"), None)
    return explained(current_session(), facts, None if received is None else _term(received))


def _term(act: Members) -> Term | None:
    """The term of the revision that the dossier was filed under, of the unit that received it, for its channel."""
    code, number, unit = act.procedure, int(act.revision), act.unit
    found = _terms.get([(code, number)], lambda _keys: {(code, number): _terms_of(code, number)}).get((code, number))
    if found is not None and found.differ:
        key = (code, number, unit)
        found = _own_terms.get([key], lambda _keys: {key: _terms_of(code, number, agency=unit)}).get(key)
    return None if found is None else found.by_channel.get(act.channel)


def _terms_of(code: str, number: int, *, agency: str | None = None) -> _Terms:
    procedure = procedures.revision_numbered(current_session(), code, number, agency=agency)
    if procedure is None:
        return _Terms({})
    terms: dict[str, Term] = {
        channel.channel: Term(channel.term.number, channel.term.unit) for channel in procedure.channels
    }
    return _Terms(terms, differ=bool(procedure.offers))
