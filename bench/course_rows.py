"""The rows of a dossier whose course was run, as the commands would have left them."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from bench.courses import Course
from portal import sealing
from portal.dossiers import look_up_secrets, sought

TABLES = (
    "person",
    "dossier",
    "dossier_secret",
    "dossier_content",
    "dossier_sought",
    "step",
    "opinion",
    "dossier_view",
    "ledger_outbox",
)
Tables = dict[str, list[dict[str, Any]]]
ANSWERS = {f"q{number}": "Số 1 đường Thử Nghiệm, Phường 1, Thành phố Vũng Tàu" for number in range(8)}


def write(course: Course, tables: Tables) -> None:
    """All but its applicant's own row, which several share."""
    origin, person = course.origin, course.origin.person
    tables["dossier"].append(_row(course))
    tables["step"] += course.steps
    tables["ledger_outbox"] += course.outbox
    tables["opinion"] += course.opinions
    tables["dossier_content"].append(
        {
            "dossier_id": origin.id,
            "applicant": sealing.seal(sealing.to_json({"kind": "citizen", **person.record})),
            "answers": sealing.seal(sealing.to_json(ANSWERS)),
            "papers": "{}",
        }
    )
    tables["dossier_sought"].append(
        {
            "dossier_id": origin.id,
            "units": sorted({origin.place.unit.id, course.holder.unit.id}),
            "words": sorted(person.words | set(sought.of_dossier(origin.reference, {}))),
        }
    )
    tables["dossier_secret"].append(_secret(course))
    if course.seen["received_at"]:
        tables["dossier_view"].append(_view(course))


def _secret(course: Course) -> dict[str, Any]:
    reference, proof = course.origin.reference, look_up_secrets.derive(course.secret)
    digits = look_up_secrets.last_digits(course.origin.person.national_id) or ""
    return {
        "dossier_id": course.origin.id,
        "secret": sealing.seal(course.secret),
        "look_up": look_up_secrets.secret_digest(reference, proof),
        "digits": look_up_secrets.digits_digest(reference, digits),
    }


def _view(course: Course) -> dict[str, Any]:
    place = course.origin.place
    return {
        "dossier_id": course.origin.id,
        "officer_id": course.chance.choice(place.workers),
        "unit_id": place.unit.id,
        "unit_code": place.unit.agency_code,
        "at": course.steps[-1]["at"] + timedelta(minutes=1),
    }


def _row(course: Course) -> dict[str, Any]:
    origin, unit, holder = course.origin, course.origin.place.unit, course.holder.unit
    return {
        "id": origin.id,
        "reference": origin.reference,
        "draft_token": uuid4(),
        "person_id": origin.person.id,
        "revision_id": origin.procedure.revision_id,
        "revision_number": origin.procedure.number,
        "procedure_code": origin.procedure.code,
        "procedure_vi": origin.procedure.name.vi,
        "procedure_en": origin.procedure.name.en,
        "sealed": False,
        "unit_id": unit.id,
        "unit_code": unit.agency_code,
        "desk_unit_id": unit.id,
        "desk_code": unit.agency_code,
        "holder_unit_id": holder.id,
        "holder_code": holder.agency_code,
        "channel": "online",
        "language": "vi",
        "applicant": sealing.seal(origin.person.name.encode()),
        "state": course.state,
        "steps": len(course.steps),
        "entries": course.public,
        "acted_at": course.steps[-1]["at"],
        "last_leaf": course.leaf,
        "urgent_at": course.clock.due_at or origin.filed_at,
        "filed_at": origin.filed_at,
        "due_at": course.clock.due_at,
        "rule": course.clock.rule,
        "extended": False,
        "paused_at": course.clock.paused_at,
        "keeper_id": None if course.state in {"returned", "resolved"} else course.keeper,
        "proposal": course.proposal,
        "proposer_id": course.proposer,
        **course.seen,
    }
