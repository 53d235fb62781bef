"""Why no signature is made: the paper waits, and says so by one of these words."""

from typing import Literal

from portal.errors import PortalError

Reason = Literal[
    "no_certificate",  # the roll of signers has none for this unit or officer
    "demo_certificate",  # one of a demo authority, where only real ones may sign
    "not_yet_valid",
    "expired",
    "revoked",
    "revocation_unknown",  # nobody answered whether it is, and the roll says that one must
    "key_not_there",  # the file, token or service with the key does not open
    "signing_service_silent",
    "time_stamp_silent",
    "original_waits",  # for the scanner
    "original_gone",  # its bytes are not there, or not those that were given
    "not_signable",  # the PDF cannot be read, or may not be added to
]


class CannotSign(PortalError):
    """No signature was made, nothing was written; `reason` says why, in a word of `Reason`."""

    code = "cannot_sign"

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason: Reason = reason
