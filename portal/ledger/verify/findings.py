"""What an audit found, and what follows from it."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from portal.ledger import entry
from portal.ledger.key_entry import KeyChange
from portal.ledger.note import to_base64

SOUND, NOT_SOUND, COULD_NOT_TELL = 0, 1, 2
MOST_SHOWN = 100

OF_ACTS = frozenset({"chain", "backwards", "late"})
"""Findings on single acts. All others are on the log itself: then nothing in it can be relied on."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it must be.

    signature      the checkpoint is not a checkpoint in its one form, signed by a key that is trusted
    not_witnessed  fewer witnesses cosigned it than the policy asks for
    other_log      the checkpoint, or the state, is of another log
    went_back      the checkpoint is smaller than one that was signed before
    forked         the tree does not continue one that was signed before
    missing        a part of what the checkpoint signs is not served
    bundle, entry  bytes that are no bundle, no entry in its one form
    root           the entries do not give the root that was signed
    tile           a tile of hashes is not that of the entries
    changed        an entry is not what it was when it was first read
    chain          an act does not continue its dossier's chain: it counts for nothing
    backwards      an act that is older than the act before it
    late           an act that came into the log more than a minute after it was done
    """

    code: str
    words: str
    position: int | None = None
    reference: str | None = None

    @property
    def of_an_act(self) -> bool:
        return self.code in OF_ACTS

    def as_json(self) -> dict[str, object]:
        members = {"code": self.code, "position": self.position, "reference": self.reference, "words": self.words}
        return {name: value for name, value in members.items() if value is not None}


class NotSound(Exception):
    """A finding after which there is no point in going on."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.words)
        self.finding = finding


@dataclass(slots=True)
class Report:
    """An audit's outcome. `unread` says what could not be read: where there is something, nobody can say "sound".

    `checkpoint` is the signed one that was audited, `against` an older one that it contradicts.
    """

    source: str
    origin: str | None = None
    size: int | None = None
    root: bytes | None = None
    signers: tuple[str, ...] = ()
    cosigners: tuple[str, ...] = ()
    checkpoint: bytes = b""
    against: bytes = b""
    keys: list[tuple[int, KeyChange]] = field(default_factory=list)
    read: int = 0
    seconds: float = 0.0
    known: int = 0
    findings: list[Finding] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    unread: list[str] = field(default_factory=list)
    evidence: list[str] = field(default_factory=list)

    def add(self, findings: Iterable[Finding]) -> None:
        """Count all, keep the first hundred of a kind."""
        for finding in findings:
            count = self.counts[finding.code] = self.counts.get(finding.code, 0) + 1
            if count <= MOST_SHOWN:
                self.findings.append(finding)

    @property
    def log_is_sound(self) -> bool:
        return all(finding.of_an_act for finding in self.findings) and not self.unread

    @property
    def exit_code(self) -> int:
        if self.findings:
            return NOT_SOUND
        return COULD_NOT_TELL if self.unread else SOUND

    def as_json(self) -> dict[str, object]:
        return {
            "sound": {SOUND: True, NOT_SOUND: False, COULD_NOT_TELL: None}[self.exit_code],
            "source": self.source,
            "origin": self.origin,
            "size": self.size,
            "root": None if self.root is None else to_base64(self.root),
            "checkpoint": self.checkpoint.decode() or None,
            "against": self.against.decode() or None,
            "signers": list(self.signers),
            "cosigners": list(self.cosigners),
            "announced_keys": [_key(position, change) for position, change in self.keys],
            "entries_read": self.read,
            "seconds": round(self.seconds, 3),
            "findings": [finding.as_json() for finding in self.findings],
            "counts": self.counts,
            "known_findings": self.known,
            "could_not_tell": self.unread,
            "evidence": self.evidence,
        }


def _key(position: int, change: KeyChange) -> dict[str, object]:
    since, until = entry.instant_text(change.at), entry.instant_text(change.until)
    return {"position": position, "vkey": change.key.vkey, "since": since, "replaced_until": until}
