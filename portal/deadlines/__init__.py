"""Working time and due instants that explain themselves; pure."""

from portal.deadlines.calendar import Calendar, Reason, current_calendar
from portal.deadlines.counting import Due, due, resumed, rule_of, working_minutes
from portal.deadlines.term import Term
from portal.deadlines.working import DayOff, Line

__all__ = [
    "Calendar",
    "DayOff",
    "Due",
    "Line",
    "Reason",
    "Term",
    "current_calendar",
    "due",
    "resumed",
    "rule_of",
    "working_minutes",
]
