"""Whether the log keeps the promise on a receipt: the promised leaf is looked for among all the log's entries.

    kept     the leaf is in the log
    open     it is not, and the promise is not due yet
    late     it is in the log now, and was not in a checkpoint that a witness cosigned after the promise was due
    broken   it is not in the log, and the promise is due
    unknown  the log could not be read or is not whole; or it is a copy of which nothing shows that it is recent enough

A checkpoint carries no time. That it is later than the promise's `before` is shown by a witness's cosignature, by an
act in it that the log itself dates later, or by when one asked the portal for it: the last convinces whoever asked.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from portal.ledger import entry, promise, proof, proof_file
from portal.ledger.note import to_base64
from portal.ledger.promise import Promise
from portal.ledger.proof_file import BadProof
from portal.ledger.rows import AT
from portal.ledger.trust import Keys
from portal.ledger.verify.bundles import Bundle
from portal.ledger.verify.findings import COULD_NOT_TELL, NOT_SOUND, SOUND, Report
from portal.ledger.verify.signatures import Opened

EXIT_CODES: Mapping[str, int] = MappingProxyType(
    {"kept": SOUND, "open": COULD_NOT_TELL, "late": NOT_SOUND, "broken": NOT_SOUND, "unknown": COULD_NOT_TELL}
)


class NoPromise(ValueError):
    """The file has no promise that the given keys made."""


def read(data: bytes, keys: Keys) -> Promise:
    """The signed promise in a receipt or in a proof file; raises `NoPromise`."""
    if not keys.promising:
        raise NoPromise("a promise needs the key that made it: give it with --vkey, beside the log's")
    try:
        if data.startswith(proof_file.FIRST_LINE):
            data = proof_file.render_receipt(proof_file.parse(data).receipt)
    except BadProof as error:
        raise NoPromise(proof.SENTENCES[error.problem]) from error
    answer = proof.check_receipt(data, keys)
    if answer.facts is None or answer.facts.promise is None:
        raise NoPromise(proof.SENTENCES[answer.problem or "bad_promise"])
    return answer.facts.promise


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of the promise, and by what that is shown."""

    state: str
    promised: Promise
    position: int | None = None
    shown_by: tuple[str, ...] = ()

    @property
    def exit_code(self) -> int:
        return EXIT_CODES[self.state]

    def as_json(self) -> dict[str, object]:
        return {
            "state": self.state,
            "leaf": to_base64(self.promised.leaf),
            "at": entry.instant_text(self.promised.at),
            "before": entry.instant_text(self.promised.before),
            "position": self.position,
            "shown_by": list(self.shown_by),
        }


class Sought:
    """A promised leaf, looked for while the log is read. `look` is handed every bundle."""

    def __init__(self, promised: Promise) -> None:
        self._promised = promised
        self._position: int | None = None
        self._latest = ("", -1)

    def look(self, first: int, bundle: Bundle) -> None:
        if self._position is None and self._promised.leaf in bundle.hashes:
            self._position = first + bundle.hashes.index(self._promised.leaf)
        self._latest = max(self._latest, *((row[AT], first + offset) for offset, row in enumerate(bundle.rows)))

    def answer(
        self, report: Report, audited: Opened | None, since: Sequence[Opened], *, asked_at: datetime | None
    ) -> Answer:
        """`asked_at`: when the portal was asked, or None for a copy, which may be of any time."""
        promised, position = self._promised, self._position
        if audited is None or not report.log_is_sound or report.read != report.size:
            return Answer("unknown", promised)
        if promised.name != promise.key_name(audited.checkpoint.origin):
            raise NoPromise("the promise is about another log")
        if position is not None:
            late = tuple(_seen(one) for one in since if one.checkpoint.size <= position and self._after_due(one))
            return Answer("late" if late else "kept", promised, position, late)
        shown = tuple(self._shown(audited, asked_at))
        if shown:
            return Answer("broken", promised, None, shown)
        return Answer("open" if asked_at is not None else "unknown", promised)

    def _shown(self, audited: Opened, asked_at: datetime | None) -> list[str]:
        """Why the checkpoint is of a time at which the promise was due; the best reason first."""
        shown = [_seen(audited)] if self._after_due(audited) else []
        at, position = self._latest
        if at >= entry.instant_text(self._promised.before):
            shown.append(f"entry {position} of the same log is an act of {at}")
        if asked_at is not None and asked_at >= self._promised.before:
            shown.append(
                f"the portal was asked for its checkpoint at {entry.instant_text(asked_at)}, by your own clock"
            )
        return shown

    def _after_due(self, one: Opened) -> bool:
        return one.cosigned_at is not None and one.cosigned_at >= self._promised.before


def _seen(one: Opened) -> str:
    at = entry.instant_text(one.cosigned_at) if one.cosigned_at is not None else "no time"
    names = ", ".join(cosigned.name for cosigned in one.cosigned)
    return f"the checkpoint of {one.checkpoint.size} entries was cosigned at {at} by {names}"


def lines(answer: Answer, size: int | None) -> list[str]:
    """What became of it, in sentences; the verdict last."""
    promised = answer.promised
    what = f"the leaf {to_base64(promised.leaf)}, promised before {entry.instant_text(promised.before)}"
    shown = [f"shown by: {reason}" for reason in answer.shown_by]
    verdict = {
        "kept": f"Promise kept: {what}, is entry {answer.position}",
        "open": f"Promise not yet due: {what}, is not among the {size} entries; ask again after that time",
        "late": f"PROMISE BROKEN: {what}, is entry {answer.position}, and came after that time",
        "broken": f"PROMISE BROKEN: {what}, is not among the {size} entries",
        "unknown": f"Could not tell whether the promise is kept: {what}",
    }[answer.state]
    return [*shown, verdict]
