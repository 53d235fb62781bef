"""Processes for tests: steps in one line each, and a published one."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from portal.processes import commands
from portal.processes.sources import Source
from portal.transaction import unit_of_work

LONG_AGO = "2020-01-01"
ON = date(2020, 6, 1)


def step(key: str, role: str, unit: str = "receiving", hours: float | None = 1, **ways: str) -> dict[str, Any]:
    """One step; `ways` are its acts and where each leads."""
    return {
        "key": key,
        "name": {"vi": f"Bước {key}", "en": f"Step {key}"},
        "role": role,
        "unit": unit,
        "hours": hours,
        "acts": [{"act": act, "to": to} for act, to in ways.items()],
    }


def usual(*, hours: float = 1) -> list[dict[str, Any]]:
    """What most offices do: handed on, examined, signed, issued, handed over."""
    return [
        step("hand_on", "receiver", hours=hours, taken_up="examine", assigned="examine"),
        step("examine", "specialist", hours=hours, proposed="sign"),
        step("sign", "leader", hours=hours, approved="issue", sent_back="examine"),
        step("issue", "specialist", hours=hours, resolved="give"),
        step("give", "receiver", hours=None, returned="end"),
    ]


def content(
    steps: list[dict[str, Any]], code: str = "1.001193", agency: str | None = None, **more: Any
) -> dict[str, Any]:
    return {
        "procedure": code,
        "agency": agency,
        "version": 1,
        "valid_from": LONG_AGO,
        "decision": {"number": "12/QĐ-UBND", "on": LONG_AGO, "source": None},
        "steps": steps,
        **more,
    }


def publish(
    session: Session, steps: list[dict[str, Any]], *, code: str = "1.001193", agency: str | None = None, **more: Any
) -> None:
    """In force long since, as if from a file."""
    made = Source(Path("x.json"), content(steps, code, agency, **more))
    with unit_of_work(session):
        commands.load(session, [made], at=datetime(2020, 1, 1, tzinfo=UTC), on=ON)
