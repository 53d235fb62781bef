"""What the address of the queue asks for, and addresses that ask for it."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from flask import request

from portal.addresses import address
from portal.blueprints.desk.acts import whole_number
from portal.dossiers.life import State
from portal.dossiers.queueing import SENT_ON, Narrowing

TEXT_MAX = 200
NOBODY = "none"
WAITING = frozenset({State.AWAITING_SUPPLEMENT, State.AWAITING_DUTY})
OPEN = WAITING | {State.FILED, State.IN_PROGRESS, State.RESOLVED}
SHOWN: Mapping[str, frozenset[State]] = MappingProxyType(
    {
        "open": OPEN,
        "mine": OPEN,
        "proposed": frozenset({State.IN_PROGRESS}),
        "filed": frozenset({State.FILED}),
        "working": frozenset({State.IN_PROGRESS}),
        "soon": frozenset({State.IN_PROGRESS}),
        "apology": frozenset({State.IN_PROGRESS}),
        "late": frozenset({State.IN_PROGRESS}),
        "waiting": WAITING,
        "resolved": frozenset({State.RESOLVED}),
        "elsewhere": SENT_ON,
    }
)


@dataclass(frozen=True, slots=True)
class Wish:
    """What the address asks for. What it says wrongly it does not say."""

    show: str = "open"
    q: str = ""
    after: str | None = None
    unit: str | None = None
    newest: bool = False
    procedure: str | None = None
    keeper: str | None = None  # an officer's number, or NOBODY

    @classmethod
    def asked(cls, given: Mapping[str, str] | None = None) -> "Wish":
        said = {name: value.strip()[:TEXT_MAX] for name, value in (request.args if given is None else given).items()}
        show, keeper = said.get("show", "open"), said.get("keeper", "")
        return cls(
            show=show if show in SHOWN else "open",
            q=said.get("q", ""),
            after=said.get("after") or None,
            unit=said.get("unit") or None,
            newest=said.get("order") == "newest",
            procedure=said.get("procedure") or None,
            keeper=keeper if keeper == NOBODY or whole_number(keeper) >= 0 else None,
        )

    @property
    def ticks(self) -> bool:
        """Whether several can be ticked to do one thing to them: those that our units hold."""
        return self.show != "elsewhere"

    @property
    def narrowing(self) -> Narrowing:
        of_keeper = whole_number(self.keeper) if self.keeper and self.keeper != NOBODY else None
        return Narrowing(self.procedure, of_keeper, self.keeper == NOBODY)

    @property
    def narrowed(self) -> bool:
        return self.procedure is not None or self.keeper is not None

    @property
    def filters(self) -> dict[str, str]:
        """What stays from page to page, and what a list that is named keeps; not what is searched."""
        said = {
            "unit": self.unit,
            "show": None if self.show == "open" else self.show,
            "order": "newest" if self.newest else None,
            "procedure": self.procedure,
            "keeper": self.keeper,
        }
        return {name: value for name, value in said.items() if value is not None}

    def address(self, **other: str | None) -> str:
        """The queue with these filters, but for what is said otherwise; pages and searches begin anew."""
        return address("desk.index", {**self.filters, **other})
