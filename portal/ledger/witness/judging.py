"""What a witness answers, and the one place where it signs."""

import threading
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import NamedTuple

from portal.ledger import note, tree
from portal.ledger.cosignature import Cosigner
from portal.ledger.note import BadNote, Checkpoint, Verifier
from portal.ledger.tree import NotProven
from portal.ledger.witness import request
from portal.ledger.witness.memory import Known, Memory
from portal.ledger.witness.request import BadRequest, Request

TEXT = "text/plain; charset=utf-8"


class Answer(NamedTuple):
    """`about` is for the witness's own log: which log, and what was asked."""

    status: int
    body: bytes
    content_type: str = TEXT
    about: str = ""


class Judge:
    """Any number of threads may ask; one at a time is compared, remembered and signed."""

    def __init__(
        self, cosigner: Cosigner, logs: Iterable[Verifier], memory: Memory, now: Callable[[], datetime]
    ) -> None:
        self._cosigner, self._logs, self._memory, self._now = cosigner, tuple(logs), memory, now
        self._lock = threading.Lock()

    def answer(self, body: bytes) -> Answer:
        """The answer to a request. Raises `OSError` where the memory could not be written: then nothing is signed."""
        try:
            asked = request.parse(body)
            signed = note.parse(asked.note)
            checkpoint = note.parse_checkpoint(signed.text)
        except (BadRequest, BadNote) as error:
            return _refusal(400, str(error))
        about = f"{checkpoint.origin} {asked.old}->{checkpoint.size}"
        keys = [key for key in self._logs if key.name == checkpoint.origin]
        if not keys:
            return _refusal(404, "this witness does not know the log", about)
        if not any(map(signed.signed_by, keys)):
            return _refusal(403, "the checkpoint is not signed by the log", about)
        if asked.old > checkpoint.size:
            return _refusal(400, "the old size is larger than the checkpoint's", about)
        with self._lock:
            return self._cosign(asked, signed.text, checkpoint)._replace(about=about)

    def about_itself(self) -> str:
        """Who this is and what it knows, for people."""
        with self._lock:
            known = {key.name: self._memory.of(key.name) for key in self._logs}
        lines = [f"log {origin}, cosigned at {at.size} entries" for origin, at in sorted(known.items())]
        return "\n".join(["A witness of transparency logs (c2sp.org/tlog-witness).", self.vkey, *lines, ""])

    @property
    def vkey(self) -> str:
        return self._cosigner.witness.vkey

    def _cosign(self, asked: Request, text: str, checkpoint: Checkpoint) -> Answer:
        known = self._memory.of(checkpoint.origin)
        differs = checkpoint.size == known.size and checkpoint.root != known.root
        if asked.old != known.size or differs:
            return Answer(409, request.render_size(known.size), request.SIZE_TYPE)
        try:
            tree.verify_consistency(known.size, checkpoint.size, known.root, checkpoint.root, asked.proof)
        except NotProven as error:
            return _refusal(422, str(error))
        if checkpoint.size != known.size:
            self._memory.keep(checkpoint.origin, Known(checkpoint.size, checkpoint.root))
        return Answer(200, self._cosigner.cosign(text, self._now()).line.encode())


def _refusal(status: int, words: str, about: str = "") -> Answer:
    return Answer(status, f"{words}\n".encode(), about=about)
