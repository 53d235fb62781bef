"""A small log whose figures were counted by hand, on paper, from the comments beside its dossiers.

June 2020 is the period; today is 10 July. 15 June 2020 was a Monday.
"""

from datetime import date

from portal.statistics.figures import Figures
from tests.statistics.logs import Story, sealed, told

TODAY = date(2020, 7, 10)
WARD = "H06.31.01"
OTHER = "H06.32.01"


def stories() -> dict[str, Story]:
    """Every way in which a dossier can be counted, one of each."""
    return {
        # May: resolved before June, counts nowhere but in the returns of June
        "old": Story(1, "2020-05-04 08:00")
        .received("2020-05-04 09:00", "2020-05-08 09:00")
        .resolved("2020-05-07 10:00")
        .do("returned", "2020-06-02 08:00"),
        # carried over from May; late
        "carried": Story(2, "2020-05-28 08:00", channel="counter")
        .received("2020-05-28 08:00", "2020-06-03 08:00")
        .resolved("2020-06-05 08:00"),
        # before the due day: 2 days of 4 taken
        "early": Story(3, "2020-06-08 08:00")
        .received("2020-06-08 08:00", "2020-06-12 08:00")
        .resolved("2020-06-10 08:00"),
        # on the due day, to the second
        "on_time": Story(4, "2020-06-08 08:00", channel="national", procedure="1.000894")
        .received("2020-06-09 08:00", "2020-06-11 08:00")
        .resolved("2020-06-11 08:00", "refused"),
        # extended, and late all the same
        "late_extended": Story(5, "2020-06-08 08:00", channel="post")
        .received("2020-06-08 08:00", "2020-06-10 08:00")
        .do("extended", "2020-06-09 08:00", due="2020-06-15 17:00")
        .resolved("2020-06-16 08:00"),
        # extended after it was late, then kept: past its term on 10 and 11 June
        "kept": Story(6, "2020-06-08 08:00", channel="counter")
        .received("2020-06-08 08:00", "2020-06-10 08:00")
        .do("extended", "2020-06-12 08:00", due="2020-06-19 17:00")
        .resolved("2020-06-19 16:59"),
        # still running on 30 June, in term
        "running": Story(7, "2020-06-29 08:00").received("2020-06-29 08:00", "2020-07-02 08:00"),
        # still running on 30 June, past its term since 25 June
        "overdue": Story(8, "2020-06-22 08:00", channel="counter").received("2020-06-22 08:00", "2020-06-25 08:00"),
        # waits for the citizen on 30 June
        "paused": Story(9, "2020-06-22 08:00")
        .received("2020-06-22 08:00", "2020-06-30 08:00")
        .do("supplement_asked", "2020-06-24 08:00"),
        # waited from 23 to 25 June, then done before its new term
        "resumed": Story(10, "2020-06-22 08:00")
        .received("2020-06-22 08:00", "2020-06-24 08:00")
        .do("supplement_asked", "2020-06-23 08:00")
        .do("supplement_given", "2020-06-25 08:00", due="2020-06-26 08:00")
        .resolved("2020-06-25 10:00"),
        "not_received": Story(11, "2020-06-15 08:00").do("not_received", "2020-06-15 10:00"),
        "withdrawn_early": Story(12, "2020-06-15 08:00").do("withdrawn", "2020-06-15 10:00"),
        "withdrawn": Story(13, "2020-06-15 08:00")
        .received("2020-06-15 09:00", "2020-06-18 09:00")
        .do("withdrawn", "2020-06-16 10:00"),
        "waiting": Story(14, "2020-06-30 23:59"),
        # filed in the first minute of July in Viet Nam, which is June in UTC
        "july": Story(15, "2020-07-01 00:00"),
        # another unit
        "elsewhere": Story(16, "2020-06-08 08:00", unit=OTHER)
        .received("2020-06-08 08:00", "2020-06-12 08:00")
        .resolved("2020-06-12 08:01"),
    }


def entries() -> list[bytes]:
    return [*told(stories().values()), sealed(date(2020, 6, 15)), sealed(date(2020, 7, 1))]


DAY = 24 * 60
JUNE_WARD = Figures(
    filed=12,  # 3 to 14
    carried=1,
    online=6,  # early, on_time (national), running, paused, resumed, withdrawn
    national=1,
    counter=2,  # kept, overdue
    post=1,
    not_received=1,
    withdrawn_early=1,
    early=2,  # early, resumed
    on_time=2,  # on_time, kept
    late=2,  # carried, late_extended
    undated=0,
    refused=1,
    withdrawn=1,
    ended=7,
    returned=1,
    in_term=1,
    overdue=1,
    paused=1,
    waiting=1,
    late_extended=1,
    kept_extended=1,
    extended=2,
    extended_after_due=1,
    overdue_extended=0,
    timed=6,
    # carried 8 days, early 2, on_time 2, late_extended 8, kept 11 days and 8:59, resumed 3 days and 2 hours
    minutes_taken=(8 + 2 + 2 + 8 + 11 + 3) * DAY + 8 * 60 + 59 + 2 * 60,
    # carried 6 days, early 4, on_time 2, late_extended 7 and 9 hours, kept 11 and 9 hours, resumed 4
    minutes_allowed=(6 + 4 + 2 + 7 + 11 + 4) * DAY + 2 * 9 * 60,
)
