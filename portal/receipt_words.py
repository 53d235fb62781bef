"""From a dossier to what its receipt says."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import cast, get_args
from urllib.parse import urlencode

from flask import current_app
from flask_babel import gettext as _

from portal import clock
from portal.display import acted_by, is_pilot, money, text
from portal.dossiers.life import Act, Way
from portal.dossiers.references import agency
from portal.dossiers.views import Dossier, Place
from portal.i18n import language
from portal.ledger import note, promise, proof_file, qr_text, tree
from portal.ledger.note import Verifier
from portal.ledger.proof_file import Proof, Receipt
from portal.papers import Component, LogProof, ReceiptFacts, receipt
from portal.papers.facts import Channel
from portal.people import queries as people
from portal.procedures import queries as procedures
from portal.procedures.procedure import Fee, Procedure
from portal.settings import Settings
from portal.transaction import current_session
from portal.units import queries as units
from portal.way_words import way_words, wished_words


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who issues the paper, as its head names them, and where."""

    agency: str
    superior: str | None
    place: str | None


def receipt_facts(
    found: Dossier,
    procedure: Procedure,
    *,
    secret: str | None,
    address: str,
    officers: dict[int, str],
    issuer: Issuer,
    proof: LogProof | None,
) -> ReceiptFacts:
    """What the paper says. `address`: what its QR code opens; `secret`: None on an agent's copy, it has no term."""
    applicant, channel = found.applicant, procedure.channel(_way(found))
    return ReceiptFacts(
        reference=found.reference,
        agency=issuer.agency,
        superior=issuer.superior,
        procedure_code=found.procedure_code,
        procedure=found.procedure.in_(language()),
        applicant=applicant.name if applicant else "",
        components=_components(found, procedure),
        channel=_way(found),
        filed_at=found.filed_at,
        look_up_address=address,
        received_at=found.received_at,
        due_at=found.due_at,
        place=issuer.place,
        agent=found.agent.name if found.agent and found.mandate_id else None,
        representative=found.agent.name if found.agent and not found.mandate_id else None,
        identity=(applicant.tax_code or applicant.national_id) if applicant else None,
        address=applicant.address if applicant else None,
        phone=applicant.phone if applicant else None,
        email=applicant.email if applicant else None,
        term=text(channel.term_text) if channel and channel.term_text else None,
        fees=[_fee(fee) for fee in channel.fees] if channel else (),
        secret=secret,
        result_at=_result_at(found),
        officer=_receiver(found, officers),
        demo=is_pilot(),
        proof=proof,
    )


def look_up_address(found: Dossier) -> str:
    """What the receipt's QR code opens."""
    return f"{_settings().base_url}/track?{urlencode({'reference': found.reference})}"


def issuer(found: Dossier, *, place: Place | None = None, at: datetime | None = None) -> Issuer:
    """The receiving unit (or another) by its authority's name, the authority above it, and the province as the place.

    `at`: when it issues the paper; by default when it received the dossier, or was given it.
    """
    session, lang, settings, shown = current_session(), language(), _settings(), place or found.unit
    unit = units.by_agency_code(session, shown.code)
    day = settings.units_on or clock.local_day(at or found.received_at or found.filed_at)
    above = units.unit(session, unit.parent_id, on=day) if unit and unit.parent_id else None
    province = units.by_agency_code(session, settings.province_agency)
    return Issuer(
        agency=unit.authority_in(lang) if unit else shown.in_(lang),
        superior=above.authority_in(lang) if above else None,
        place=province.name_in(lang) if province else None,
    )


def official_receipt(found: Dossier, demo: bool) -> bytes:
    """The receipt that the agency signs: in Vietnamese, without the look-up secret and without the ledger's proof.

    It is shown to others as it is, and it stays as it is: the secret would go along, the proof grow old. So would the
    address that a result is posted to: of a wished way it says the way alone.
    """
    procedure = procedures.revision(current_session(), found.revision_id, agency=agency(found.reference))
    if procedure is None:
        raise LookupError(f"revision {found.revision_id} is not there")
    facts = receipt_facts(
        found,
        procedure,
        secret=None,
        address=look_up_address(found),
        officers=people.officer_names(current_session(), receiver_ids(found)),
        issuer=issuer(found),
        proof=None,
    )
    way = way_words(found.wished.way) if found.wished and facts.result_at else None
    return receipt(replace(facts, demo=demo, result_at=way), lang="vi")


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings


def log_proof(held: Proof | Receipt, *, key: Verifier, verify_address: str) -> LogProof:
    """The paper's second page: the proof itself, or the promise where there is only a receipt yet."""
    given = held.receipt if isinstance(held, Proof) else held
    leaf = note.to_base64(tree.leaf_hash(given.entry))
    if isinstance(held, Proof):
        return LogProof(
            key.name,
            key.key_id.hex(),
            leaf,
            verify_address,
            position=held.index,
            size=note.parse_checkpoint(note.parse(held.checkpoint).text).size,
            code=qr_text.render(proof_file.render(held)),
        )
    before = promise.parse(given.promise).before if given.promise else None
    return LogProof(key.name, key.key_id.hex(), leaf, verify_address, promised_before=before)


def receiver_ids(found: Dossier) -> set[int]:
    """The officer who received the dossier, and the absent one in whose place; for looking their names up."""
    steps = [step for step in found.steps if step.act is Act.RECEIVED]
    return {one for step in steps for one in (step.officer_id, step.for_officer_id) if one is not None}


def _receiver(found: Dossier, officers: dict[int, str]) -> str | None:
    received = next((step for step in found.steps if step.act is Act.RECEIVED), None)
    if received is None:
        return None
    return acted_by(officers.get(received.officer_id or 0), officers.get(received.for_officer_id or 0))


def _way(found: Dossier) -> Channel:
    """How it came; what the national portal sends came online."""
    return cast(Channel, found.channel) if found.channel in get_args(Channel) else "online"


def _result_at(found: Dossier) -> str | None:
    """As it is wished when the paper is made; None where nobody said, and for the desk that a receipt names itself."""
    said = found.wished
    if said is None or (said.way is Way.COUNTER and found.received_at):
        return None
    return wished_words(said)


def _components(found: Dossier, procedure: Procedure) -> list[Component]:
    """The papers that came with the filing, one line a form field and kind: electronic, and at the counter on paper."""
    labels = {field.key: field.label.in_(language()) for field in procedure.form.fields if field.type == "file"}
    counts: dict[str, int] = {}
    for file in found.files:
        if file.field != "result":
            name = labels.get(file.field, _("Giấy tờ bổ sung"))
            counts[name] = counts.get(name, 0) + 1
    electronic = [Component(name, "electronic", quantity) for name, quantity in counts.items()]
    on_paper = [Component(labels.get(key, key), note.kind.value, note.number) for key, note in found.papers.items()]
    return electronic + on_paper


def _fee(fee: Fee) -> str:
    words = [money(fee.amount)] if fee.amount is not None else []
    return ". ".join(words + ([text(fee.text)] if fee.text else []))
