"""What can go wrong by rule. Errors carry facts; the edge chooses the words."""

from collections.abc import Mapping
from types import MappingProxyType


class PortalError(Exception):
    """A refusal that a person can understand and act on.

    `code` is a stable machine word (`wrong_state`), `facts` what the message needs. Neither may hold
    personal data: both are logged.
    """

    code: str = "refused"

    def __init__(self, code: str | None = None, **facts: object) -> None:
        self.code = code or self.code
        self.facts: Mapping[str, object] = MappingProxyType(facts)
        super().__init__(self.code, facts)


class NotFound(PortalError):
    """It does not exist, or it is not this person's: the two must look alike."""

    code = "not_found"


class Forbidden(PortalError):
    """The account is known and may not do this."""

    code = "forbidden"


class Refused(PortalError):
    """The act is not possible in this state; nothing was written."""

    code = "refused"


class Stale(PortalError):
    """Somebody else acted meanwhile; nothing was written."""

    code = "stale"


class Invalid(PortalError):
    """The data break a rule; `problems` says which, one by one."""

    code = "invalid"

    def __init__(self, *problems: object, code: str | None = None, **facts: object) -> None:
        super().__init__(code, **facts)
        self.problems = problems
