"""The monitor: looks again and again, reads what is new, and tells what is wrong as soon as it is found."""

import threading
from collections.abc import Callable, Sequence
from datetime import datetime

from portal.ledger.verify import words
from portal.ledger.verify.auditing import Auditor
from portal.ledger.verify.findings import COULD_NOT_TELL, NOT_SOUND, SOUND, Finding, Report
from portal.ledger.verify.signatures import Opened
from portal.ledger.verify.sources import Stopped
from portal.ledger.verify.telling import Message, Telling

LOOKS_IN_VAIN = 3
"""After so many looks that could not tell, people are told."""


class Monitor:
    def __init__(
        self,
        auditor: Auditor,
        telling: Telling,
        *,
        every: float,
        unit: str | None,
        now: Callable[[], datetime],
        show: Callable[[Report, words.Overdue | None], None],
        complain: Callable[[str], None],
    ) -> None:
        self._auditor, self._telling = auditor, telling
        self._every, self._unit, self._now = every, unit, now
        self._show, self._complain = show, complain
        self._told: set[Finding] = set()
        self._overdue: set[str] = set()
        self._in_vain = 0
        self._last: Report | None = None

    def run(self, stop: threading.Event, *, since: Sequence[Opened] = ()) -> int:
        """Until it is stopped; the exit code of all that was seen."""
        while not stop.is_set():
            try:
                self.look(since)
            except Stopped:
                break
            stop.wait(self._every)
        if self._told:
            return NOT_SOUND
        return SOUND if self._last is not None and not self._last.unread else COULD_NOT_TELL

    def look(self, since: Sequence[Opened] = ()) -> None:
        report = self._auditor.audit(since=since)
        late = None if self._unit is None else self._auditor.state.overdue(self._unit, at=self._now())
        new = [finding for finding in report.findings if finding not in self._told]
        grown = self._last is None or (report.size, report.exit_code) != (self._last.size, self._last.exit_code)
        if new or grown or self._newly_overdue(late):
            self._show(report, late)
        if new:
            self._told.update(new)
            self._tell("findings", report)
        if report.keys:
            self._tell("key_announced", report)
        self._tell_whether_it_can_be_read(report)
        self._tell_overdue(report, late or ())
        for failed in self._telling.send():
            self._complain(f"could not tell {failed}")
        self._last = report

    def _tell_whether_it_can_be_read(self, report: Report) -> None:
        if report.exit_code == COULD_NOT_TELL:
            self._in_vain += 1
            if self._in_vain == LOOKS_IN_VAIN:
                self._tell("could_not_tell", report)
            return
        if self._in_vain >= LOOKS_IN_VAIN:
            self._tell("well_again", report)
        self._in_vain = 0

    def _newly_overdue(self, late: words.Overdue | None) -> bool:
        return any(reference not in self._overdue for reference, _, _ in late or ())

    def _tell_overdue(self, report: Report, late: words.Overdue) -> None:
        new = [one for one in late if one[0] not in self._overdue]
        self._overdue = {reference for reference, _, _ in late}
        if new and self._unit is not None:
            said = words.overdue(self._unit, new)
            self._telling.add(Message(self._now(), "overdue", said[0], "\n".join(said[1:]), report.as_json()))

    def _tell(self, reason: str, report: Report) -> None:
        title = words.verdict(report)
        self._telling.add(Message(self._now(), reason, title, "\n".join(words.lines(report)), report.as_json()))
