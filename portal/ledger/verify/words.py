"""A report in sentences."""

from collections.abc import Sequence

from portal.ledger import entry
from portal.ledger.note import to_base64
from portal.ledger.verify.findings import MOST_SHOWN, Report

Overdue = Sequence[tuple[str, str, str]]


def verdict(report: Report) -> str:
    """One line."""
    if report.findings and report.log_is_sound:
        count = sum(report.counts.values())
        return f"NOT SOUND: the log is whole, but {count} of its acts are not as they should be"
    if report.findings:
        first = next(finding for finding in report.findings if not finding.of_an_act)
        return f"NOT SOUND, because {first.words}"
    if report.unread:
        return f"Could not tell: {report.unread[0]}"
    return f"Sound: {report.size} entries, root {to_base64(report.root or b'')}"


def lines(report: Report) -> list[str]:
    """All there is to say, the verdict last."""
    said = [f"{f.code}{_place(f.position, f.reference)}: {f.words}" for f in report.findings]
    said += [f"{code}: {count} in all" for code, count in report.counts.items() if count > MOST_SHOWN]
    said += [f"could not read: {one}" for one in report.unread]
    said += [f"kept as evidence: {one}" for one in report.evidence]
    for position, change in report.keys:
        since, until = entry.instant_text(change.at), entry.instant_text(change.until)
        said.append(f"entry {position} announces the key {change.key.vkey} from {since}; older ones end {until}")
    if report.known:
        said.append(f"found by earlier audits with this state: {report.known}")
    if report.signers:
        said.append(f"signed by {', '.join(report.signers)}")
    if report.cosigners:
        said.append(f"cosigned by {', '.join(report.cosigners)}")
    return [*said, verdict(report)]


def overdue(unit: str, dossiers: Overdue) -> list[str]:
    return [
        f"{unit}: {len(dossiers)} open dossiers past due",
        *(f"overdue: {reference}, due {due}, with {holder}" for reference, due, holder in dossiers),
    ]


def _place(position: int | None, reference: str | None) -> str:
    place = "" if position is None else f" at entry {position}"
    return place if reference is None else f"{place}, dossier {reference}"
