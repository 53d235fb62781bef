"""Signatures in PDFs, asked of the file worker: the portal's side of `portal.files.file_signatures`."""

import json
from collections.abc import Sequence
from datetime import datetime

from portal.files import file_reading, file_signatures
from portal.files.file_refusals import FileRefused
from portal.signatures.findings import Reading, from_json
from portal.signatures.preparing import Prepared, Wish
from portal.signatures.reading import may_be_signed
from portal.signatures.refusals import CannotSign, Reason


class _Installed:
    roots: Sequence[bytes] = ()


def install(roots: Sequence[bytes]) -> None:
    """Whose certificates are trusted from now on in this process, in DER."""
    _Installed.roots = roots


def read(data: bytes, *, at: datetime) -> Reading:
    """What signatures the file has and what they are worth; a file that is too much for the child is unreadable."""
    if not may_be_signed(data):
        return Reading((), len(data))
    try:
        _answer, body = file_reading.asked(*file_signatures.ask_read(data, roots=_Installed.roots, at=at))
    except FileRefused:
        return Reading((), len(data), unreadable=True)
    return from_json(json.loads(body))


def prepare(pdf: bytes, wish: Wish) -> Prepared:
    """`preparing.prepare` in the child. Raises CannotSign."""
    try:
        answer, data = file_reading.asked(*file_signatures.ask_prepare(pdf, wish))
    except FileRefused as error:
        raise CannotSign("not_signable") from error
    if "refused" in answer:
        reason: Reason = answer["refused"]
        raise CannotSign(reason)
    return Prepared(data, bytes.fromhex(answer["digest"]), answer["start"], answer["end"])
