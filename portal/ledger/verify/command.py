"""What `python -m portal.ledger.verify` does with what it is given, and what it says."""

import argparse
import json
import signal
import sqlite3
import sys
import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TextIO

from portal import clock
from portal.ledger import note, proof, proof_file
from portal.ledger.note import BadNote
from portal.ledger.verify import options, promised, signatures, words
from portal.ledger.verify.auditing import Auditor
from portal.ledger.verify.findings import COULD_NOT_TELL, NOT_SOUND, SOUND, NotSound, Report
from portal.ledger.verify.following import Monitor
from portal.ledger.verify.progress import Bar
from portal.ledger.verify.promised import NoPromise
from portal.ledger.verify.signatures import BadKeys, Opened, Trust, TrustNobody, TrustPolicy
from portal.ledger.verify.sources import BadAddress, Keeping, Stopped, source_of
from portal.ledger.verify.state import BadState, State
from portal.ledger.verify.telling import BadChannel, Channel, Mail, Telling, WebHook


class Refused(Exception):
    """It cannot begin."""


def main(arguments: Sequence[str]) -> int:
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: stop.set())
    asked = options.parse(arguments)
    try:
        return _Command(asked, stop).run()
    except (Refused, NoPromise, BadKeys, BadAddress, BadChannel, BadState, sqlite3.Error) as error:
        sys.stderr.write(f"Could not tell: {error}\n")
    except Stopped:
        sys.stderr.write("Could not tell: it was ended before the end\n")
    return COULD_NOT_TELL


class _Command:
    def __init__(self, asked: argparse.Namespace, stop: threading.Event) -> None:
        self._asked, self._stop = asked, stop
        self._bar = Bar(sys.stderr, quiet=asked.quiet)
        self._trust = self._whom_to_trust()

    def run(self) -> int:
        asked = self._asked
        since = [self._older(file) for file in asked.since]
        outcome = SOUND
        if asked.proof is not None:
            outcome, in_proof = self._check_proof(asked.proof)
            since += in_proof
        if asked.base_url is None:
            return outcome
        state = State(asked.state)
        try:
            return max(outcome, self._log(state, since), key=_gravest)
        finally:
            state.close()

    def _log(self, state: State, since: Sequence[Opened]) -> int:
        asked = self._asked
        source = source_of(asked.base_url, stop=self._stop)
        is_copy = asked.base_url.startswith("file:")
        if asked.keep is not None:
            source = Keeping(source, asked.keep)
        auditor = Auditor(source, self._trust, state, clock.now, self._bar.show, stop=self._stop)
        auditor = replace(auditor, connections=1 if is_copy else asked.jobs)
        if asked.follow:
            return self._follow(auditor, since)
        if asked.promise is not None:
            return self._promise(auditor, since, is_copy=is_copy)
        report = auditor.audit(since=since)
        late = None if asked.overdue is None else state.overdue(asked.overdue, at=clock.now())
        self._show(report, late)
        return report.exit_code

    def _promise(self, auditor: Auditor, since: Sequence[Opened], *, is_copy: bool) -> int:
        """The audit, and what became of the promise on a receipt."""
        file, keys = self._asked.promise, signatures.keys_for_proofs(self._asked.vkey)
        sought = promised.Sought(promised.read(_read(file, proof_file.MAX_BYTES), keys))
        asked_at = None if is_copy else clock.now()
        report = replace(auditor, look=sought.look).audit(since=since)
        self._show(report, None)
        audited = self._trust.open(report.checkpoint) if report.log_is_sound else None
        answer = sought.answer(report, audited, since, asked_at=asked_at)
        said = promised.lines(answer, report.size)
        if answer.exit_code == NOT_SOUND and not is_copy:
            said[:0] = self._evidence(file, report)
        if answer.exit_code != SOUND or not self._asked.quiet:
            self._say(said, {"promise": answer.as_json()})
        return max(report.exit_code, answer.exit_code, key=_gravest)

    def _evidence(self, receipt: Path, report: Report) -> list[str]:
        """Where to find what shows it to others: with the receipt, the signed checkpoint and all it signs."""
        if self._asked.keep is not None:
            return [f"kept as evidence: {receipt} and the whole log in {self._asked.keep}"]
        kept = receipt.with_name(f"{receipt.name}.{report.size}-{(report.root or b'').hex()[:8]}.checkpoint")
        try:
            kept.write_bytes(report.checkpoint)
        except OSError as error:
            raise Refused(f"evidence could not be kept: {kept}: {error.strerror}") from error
        return [f"kept as evidence: {receipt} and {kept}; with --keep FOLDER the entries too"]

    def _follow(self, auditor: Auditor, since: Sequence[Opened]) -> int:
        monitor = Monitor(
            auditor,
            Telling(self._channels()),
            every=self._asked.every,
            unit=self._asked.overdue,
            now=clock.now,
            show=self._show,
            complain=lambda words: _write(sys.stderr, [words]),
        )
        return monitor.run(self._stop, since=since)

    # --- What was given ------------------------------------------------------------------------------------------

    def _whom_to_trust(self) -> Trust:
        if self._asked.policy is not None:
            return signatures.of_file(self._asked.policy)
        return signatures.of_vkeys(self._asked.vkey) if self._asked.vkey else TrustNobody()

    def _older(self, file: Path) -> Opened:
        try:
            return self._trust.open(_read(file, note.MAX_NOTE_BYTES))
        except NotSound as error:
            raise Refused(f"{file} is not a checkpoint to go by: {error}") from error

    def _channels(self) -> list[Channel]:
        asked = self._asked
        channels: list[Channel] = [] if asked.web_hook is None else [WebHook(asked.web_hook)]
        if asked.mail_to is not None:
            channels.append(Mail(asked.mail_to, asked.smtp, asked.mail_from))
        return channels

    def _check_proof(self, file: Path) -> tuple[int, list[Opened]]:
        """The outcome, and the checkpoint in the proof: the log must continue it."""
        if not isinstance(self._trust, TrustPolicy):
            raise Refused("a proof needs a key to trust")
        keys = signatures.keys_for_proofs(self._asked.vkey or self._trust.vkeys)
        data = _read(file, proof_file.MAX_BYTES)
        answer = proof.check(data, keys, witnesses=self._trust.least_witnesses)
        self._say([proof.sentence(answer)], {"proven": answer.proven, "problem": answer.problem})
        if not answer.proven:
            return NOT_SOUND, []
        try:
            return SOUND, [self._trust.open(proof_file.parse(data).checkpoint)]
        except (NotSound, BadNote) as error:
            raise Refused(f"the checkpoint in {file}: {error}") from error

    # --- What is said --------------------------------------------------------------------------------------------

    def _show(self, report: Report, late: words.Overdue | None) -> None:
        self._bar.clear()
        members = report.as_json()
        said = words.lines(report)
        if late is not None:
            members["overdue"] = [{"reference": reference, "due": due, "holder": unit} for reference, due, unit in late]
            said += words.overdue(self._asked.overdue, late)
        if report.exit_code != SOUND or late or not self._asked.quiet:
            self._say(said, members)

    def _say(self, lines: list[str], members: dict[str, object]) -> None:
        _write(sys.stdout, [json.dumps(members, ensure_ascii=False)] if self._asked.json else lines)


def _gravest(code: int) -> int:
    return (SOUND, COULD_NOT_TELL, NOT_SOUND).index(code)


def _read(file: Path, most: int) -> bytes:
    """A little more than the most there may be, so that whoever reads it sees that it is too long."""
    try:
        with file.open("rb") as opened:
            return opened.read(most + 1)
    except OSError as error:
        raise Refused(f"{file}: {error.strerror}") from error


def _write(screen: TextIO, lines: Sequence[str]) -> None:
    screen.write("".join(f"{line}\n" for line in lines))
    screen.flush()
