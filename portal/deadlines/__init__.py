"""Working time and due instants that explain themselves; pure."""

from portal.deadlines.calendar import Calendar, Period, Reason, current_calendar
from portal.deadlines.changes import Change, changed
from portal.deadlines.counting import (
    Due,
    due,
    moment_with,
    restarted,
    resumed,
    rule_of,
    settled,
    versions_of,
    working_minutes,
)
from portal.deadlines.term import Term
from portal.deadlines.working import DayOff, Line

__all__ = [
    "Calendar",
    "Change",
    "DayOff",
    "Due",
    "Line",
    "Period",
    "Reason",
    "Term",
    "changed",
    "current_calendar",
    "due",
    "moment_with",
    "restarted",
    "resumed",
    "rule_of",
    "settled",
    "versions_of",
    "working_minutes",
]
