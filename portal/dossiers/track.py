"""Looking a dossier up without sign-in: by its reference and something that only its person has.

Wrong and none give the same answer after the same work: both digests are computed and compared whatever was typed
and whatever was found. Attempts are counted in our own table by the hour, per address and per reference, so that
the four digits cannot be tried out.
"""

import hmac
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import sealing
from portal.dossiers import attempts, look_up_secrets, models
from portal.dossiers.life import Act, Outcome, State
from portal.dossiers.places import places
from portal.dossiers.references import tidy
from portal.dossiers.rows import AnyRow
from portal.dossiers.tracked import Tracked, TrackedStep
from portal.procedures.text import Text

NOTHING = bytes(32)


def look_up(session: Session, *, reference: str, proof: str, client: str, limit: int, at: datetime) -> Tracked | None:
    """The dossier of that reference if the proof is right: the receipt's secret, or the last four of the number.

    None where there is none or the proof is wrong. Writes counters, so call it inside a unit of work.
    Refused("too_many_attempts", until=) once an address, or all addresses for one reference, tried `limit` times
    in this hour. `client` is the caller's network address; only a keyed digest of it is kept.
    """
    wanted = tidy(reference)
    keys = [attempts.of_client("look_up_client", client), sealing.blind_index("look_up_reference", wanted)]
    attempts.count(session, keys, limit=limit, at=at)
    row = session.execute(
        select(models.Dossier.__table__, models.DossierSecret.look_up, models.DossierSecret.digits)
        .join(models.DossierSecret, models.DossierSecret.dossier_id == models.Dossier.id)
        .where(models.Dossier.reference == wanted)
    ).one_or_none()
    if not _proven(row, wanted, proof) or row is None:
        return None
    return _tracked(session, row)


def _proven(row: AnyRow | None, reference: str, proof: str) -> bool:
    by_secret = look_up_secrets.secret_digest(reference, proof)
    by_digits = look_up_secrets.digits_digest(reference, proof)
    secret = hmac.compare_digest(by_secret, row.look_up if row else NOTHING)
    digits = hmac.compare_digest(by_digits, (row.digits if row else None) or NOTHING)
    return secret | digits


def _tracked(session: Session, row: AnyRow) -> Tracked:
    step = models.Step
    steps = session.execute(
        select(step.n, step.act, step.at, step.unit_code, step.to_code, step.due_at, step.rule, step.outcome)
        .where(step.dossier_id == row.id, step.entry.is_not(None))
        .order_by(step.n)
    ).all()
    codes = [code for found in steps for code in (found.unit_code, found.to_code) if code]
    names = places(session, [row.unit_code, row.holder_code, *codes])
    return Tracked(
        reference=row.reference,
        procedure_code=row.procedure_code,
        revision_id=row.revision_id,
        channel=row.channel,
        procedure=Text(row.procedure_vi, row.procedure_en),
        unit=names[row.unit_code],
        holder=names[row.holder_code],
        state=State(row.state),
        filed_at=row.filed_at,
        received_at=row.received_at,
        due_at=row.due_at,
        paused_at=row.paused_at,
        resolved_at=row.resolved_at,
        returned_at=row.returned_at,
        outcome=Outcome(row.outcome) if row.outcome else None,
        steps=tuple(
            TrackedStep(
                n=found.n,
                act=Act(found.act),
                at=found.at,
                unit=names[found.unit_code],
                to=names[found.to_code] if found.to_code else None,
                due_at=found.due_at,
                rule=found.rule,
                outcome=Outcome(found.outcome) if found.outcome else None,
            )
            for found in steps
        ),
    )
