"""Time stamps of an authority (RFC 3161): somebody else's word for when a signature was there."""

from asn1crypto import tsp
from pyhanko.sign.timestamps.api import TimeStamper

from portal import outgoing
from portal.signatures.refusals import CannotSign

SECONDS = 20.0
ROOM = 24 * 1024
"""Hex digits that a time stamp with its certificates may need in a signature."""


class Stamper(TimeStamper):
    """Asks the authority at this address."""

    def __init__(self, where: outgoing.Destination) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._where = where

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        headers = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
        try:
            answer = outgoing.post(self._where, req.dump(), headers, seconds=SECONDS)
            made = tsp.TimeStampResp.load(answer.body, strict=True)
            granted = made["status"]["status"].native in ("granted", "granted_with_mods")
        except (outgoing.NotAllowed, outgoing.Unreachable, ValueError, TypeError) as error:
            raise CannotSign("time_stamp_silent") from error
        if not granted:
            raise CannotSign("time_stamp_silent")
        return made
