"""What the owner of a dossier downloads to prove an act without the portal, and the part of the page that offers it."""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime

from flask import Response, abort, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from portal import clock
from portal.access import Audience, audience
from portal.blueprints.account.overview import blueprint
from portal.display import act_words
from portal.dossiers import proofs, queries
from portal.dossiers.life import Act
from portal.dossiers.proofs import Erased, Evidence
from portal.dossiers.views import Dossier
from portal.i18n import language
from portal.ledger import promise, proof_file, proving, receipt_key
from portal.ledger.proof_file import Proof, Receipt
from portal.procedures.definition import Form
from portal.settings import Settings
from portal.transaction import current_session

_: Callable[..., str] = gettext

ORDINAL = re.compile(r"0|[1-9][0-9]{0,8}", re.ASCII)
TEXT = "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Provable:
    """An act that a proof can be had for."""

    n: int
    title: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Part:
    """The page's part about proofs. `ready`: even the newest act is in a checkpoint; until then, promised `before`.

    `fields`: of the filing, those that its owner may show, with what they are called.
    """

    ready: bool
    erased: bool
    before: datetime
    acts: tuple[Provable, ...]
    fields: tuple[tuple[str, str], ...]


@blueprint.get("/dossiers/<reference>/receipt.tlog-proof")
@audience(Audience.PERSON)
def receipt_proof(reference: str) -> ResponseReturnValue:
    """The proof of one act (`n`, the filing by default) with its private part, or with the fields in `show` alone."""
    found = _evidence(reference)
    receipt = _promised(found)
    made = None if found.position is None else proving.proof(current_session(), found.position, receipt)
    if made is None:
        n, show = request.args.get("n"), request.args.getlist("show") or None
        return redirect(url_for("account.receipt_json", reference=found.reference, n=n, show=show), 303)
    return _download(proof_file.render(made), f"{_file_name(found)}.tlog-proof", TEXT)


@blueprint.get("/dossiers/<reference>/receipt.json")
@audience(Audience.PERSON)
def receipt_json(reference: str) -> ResponseReturnValue:
    """The act, what opens it, and the signed promise that it will be in the log: what there is before a proof."""
    found = _evidence(reference)
    data = proof_file.render_receipt(_promised(found))
    return _download(data, f"{_file_name(found)}.receipt.json", "application/json")


def part(dossier: Dossier, form: Form) -> Part:
    """What the dossier's page says about proofs; `form` is the one that it was filed with."""
    session, newest = current_session(), dossier.steps[-1]
    found = proofs.public(session, dossier, newest.ordinal)
    openable = found is not None and proofs.can_be_opened(session, dossier)
    return Part(
        ready=found is not None and found.position is not None,
        erased=not openable,
        before=newest.at + promise.TERM,
        acts=tuple(Provable(step.ordinal, act_words(step.act.value), step.at) for step in dossier.steps),
        fields=_named_fields(dossier, form) if openable else (),
    )


def paper_proof(dossier: Dossier) -> Receipt | Proof | None:
    """What the receipt on paper proves: its act without anything private; None where that is erased.

    A receipt alone, with its promise, while no checkpoint has the act.
    """
    session = current_session()
    step = next((step for step in dossier.steps if step.act is Act.RECEIVED), dossier.steps[0])
    found = proofs.public(session, dossier, step.ordinal)
    if found is None:
        return None
    made = None if found.position is None else proving.proof(session, found.position, found.receipt)
    return made or _promised(found)


def _evidence(reference: str) -> Evidence:
    session = current_session()
    dossier = queries.open_to(session, reference, person_id=current_user.person_id, at=clock.now())
    n = request.args.get("n", "0")
    if dossier is None or not ORDINAL.fullmatch(n):
        abort(404)
    try:
        return proofs.of_act(session, dossier, int(n), show=_shown())
    except Erased:
        abort(410)


def _shown() -> Collection[str] | None:
    """The fields that were chosen: every one unless the address says which. `show=` alone chooses none."""
    return set(request.args.getlist("show")) if "show" in request.args else None


def _promised(found: Evidence) -> Receipt:
    settings: Settings = current_app.config["SETTINGS"]
    text = promise.make(found.step.leaf_hash, at=found.step.at, signer=receipt_key.receipt_key(settings))
    return replace(found.receipt, promise=text)


def _file_name(found: Evidence) -> str:
    return found.reference if found.step.n == 0 else f"{found.reference}.{found.step.ordinal}"


def _download(data: bytes, name: str, kind: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(data, content_type=kind, headers=headers)


def _named_fields(dossier: Dossier, form: Form) -> tuple[tuple[str, str], ...]:
    """The private fields of the filing in the order of the form, the applicant before and the files after."""
    lang = language()
    words = {f"applicant.{key}": said for key, said in _applicant_words().items()} | _agent_words()
    for section in form.sections:
        title = section.title.in_(lang)
        words |= {f"answer.{field.key}": f"{title}: {field.label.in_(lang)}" for field in section.fields}
    files = dossier.files_of_step(0)
    words |= {f"file.{number}": _("Tệp: %(name)s", name=file.name) for number, file in enumerate(files)}
    labels = {field.key: field.label.in_(lang) for field in form.fields}
    words |= {f"paper.{key}": _("Bản giấy: %(name)s", name=labels.get(key, key)) for key in dossier.papers}
    words["officer"] = _("Cán bộ đã nhập hồ sơ (số trong danh sách)")
    there = proofs.fields_of(dossier, 0)
    return tuple((name, words.get(name, name)) for name in sorted(there, key=[*words, *there].index))


def _agent_words() -> dict[str, str]:
    return {
        "agent.name": _("Người nộp thay: họ tên"),
        "agent.national_id": _("Người nộp thay: số giấy tờ"),
        "agent.mandate": _("Người nộp thay: số của ủy quyền"),
    }


def _applicant_words() -> dict[str, str]:
    return {
        "kind": _("Người nộp: cá nhân hay tổ chức"),
        "name": _("Người nộp: họ tên"),
        "national_id": _("Người nộp: số giấy tờ"),
        "tax_code": _("Người nộp: mã số thuế"),
        "born_on": _("Người nộp: ngày sinh"),
        "email": _("Người nộp: thư điện tử"),
        "phone": _("Người nộp: số điện thoại"),
        "address": _("Người nộp: địa chỉ"),
    }
