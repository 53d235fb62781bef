"""The second half of a signature: a digest becomes a signature, the signature goes into its place. Parses no PDF."""

from collections.abc import Callable
from dataclasses import replace

from pyhanko.sign.general import SigningError

from portal.signatures import revocation
from portal.signatures.preparing import Prepared, Wish
from portal.signatures.refusals import CannotSign
from portal.signatures.revocation import Checking
from portal.signatures.signer import Cms, Signer
from portal.signatures.straight import finish
from portal.signatures.time_stamps import ROOM as STAMP_ROOM
from portal.signatures.time_stamps import Stamper

ROOM = 8 * 1024

Prepare = Callable[[bytes, Wish], Prepared]


def sign(
    pdf: bytes, wish: Wish, signer: Signer, *, prepare: Prepare, checking: Checking, stamper: Stamper | None
) -> bytes:
    """The PDF with one signature more, or CannotSign; `prepare` runs wherever PDFs may be parsed.

    PAdES B-B; with a time stamp B-T; with evidence about revocation B-LT.
    """
    evidence = revocation.check(signer, at=wish.at, checking=checking)
    ready = prepare(pdf, replace(wish, room=room(signer, stamper), evidence=evidence))
    return _filled(ready, _cms(signer, ready.digest, stamper))


def room(signer: Signer, stamper: Stamper | None) -> int:
    """Hex digits to keep free."""
    chain = sum(len(one.dump()) for one in (signer.certificate, *signer.chain))
    return ROOM + 2 * chain + (STAMP_ROOM if stamper else 0)


def _cms(signer: Signer, digest: bytes, stamper: Stamper | None) -> bytes:
    try:
        made = finish(Cms(signer).async_sign(digest, "sha256", use_pades=True, timestamper=stamper))
    except SigningError as error:
        raise CannotSign("key_not_there") from error
    der: bytes = made.dump()
    return der


def _filled(ready: Prepared, cms: bytes) -> bytes:
    hexadecimal = cms.hex().encode()
    kept = ready.end - ready.start - 2
    if len(hexadecimal) > kept:
        raise CannotSign("key_not_there")
    inner = hexadecimal.ljust(kept, b"0")
    return ready.data[: ready.start + 1] + inner + ready.data[ready.end - 1 :]
