"""The log's keys and their times: which of them sign now, and which are believed. Pure.

    ring   one line a key, the oldest first:  <vkey> <since> <until> <place>\n
    since  instant from which it signs; "-" for the first key, which signs from the beginning
    until  instant from which it signs no more; "-" while no end is set
    place  where its private half is: "file:<name>" in the folder of keys, or "agent:<path of a socket>"

Instants are RFC 3339, UTC, whole seconds. While keys overlap a checkpoint bears the signatures of all of them. Keys
that overlap have one name; a new name (after a compromise) begins where the old key ends. At every instant some key
signs, and the newest has no end. docs/keys.md.
"""

import itertools
import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from portal.ledger import entry, note, spelling
from portal.ledger.entry import BadEntry
from portal.ledger.key_entry import KeyChange
from portal.ledger.note import BadNote, Checkpoint, Verifier

NEVER = "-"
SECOND = timedelta(seconds=1)
_LINE = re.compile(
    rf"(?P<vkey>\S+) (?P<since>-|{spelling.INSTANT}) (?P<until>-|{spelling.INSTANT}) "
    r"(?P<place>(?:file:[A-Za-z0-9][A-Za-z0-9._-]*|agent:/[^\x00-\x1f]*))",
    re.ASCII,
)


class BadRing(BadNote):
    """Not a list of keys in its one form."""


@dataclass(frozen=True, slots=True)
class LogKey:
    """One key of the log, from `since` (None: the beginning) up to `until` (None: no end is set)."""

    verifier: Verifier
    since: datetime | None
    until: datetime | None
    place: str

    def signs_at(self, at: datetime) -> bool:
        return (self.since is None or self.since <= at) and (self.until is None or at < self.until)


@dataclass(frozen=True, slots=True)
class Ring:
    keys: tuple[LogKey, ...]

    def __post_init__(self) -> None:
        if not self.keys or self.keys[0].since is not None or self.keys[-1].until is not None:
            raise BadRing("the first key has no beginning, and the newest no end")
        if len({key.verifier.key_id for key in self.keys}) != len(self.keys):
            raise BadRing("a key twice")
        for older, newer in itertools.pairwise(self.keys):
            if newer.since is None or older.until is None or (older.since is not None and newer.since < older.since):
                raise BadRing("keys follow each other: each but the first has a beginning, each but the last an end")
            if older.until < newer.since:
                raise BadRing("a time without a key")
        for older, newer in itertools.combinations(self.keys, 2):
            overlap = older.until is None or newer.since is None or older.until > newer.since
            if overlap and older.verifier.name != newer.verifier.name:
                raise BadRing("two names at one time")

    @property
    def newest(self) -> LogKey:
        return self.keys[-1]

    def signing_at(self, at: datetime) -> tuple[LogKey, ...]:
        """Those whose signatures a checkpoint of this instant bears: at least one."""
        return tuple(key for key in self.keys if key.signs_at(at))

    def open(self, data: bytes, *, at: datetime | None = None) -> Checkpoint:
        """The checkpoint, if a key of this ring signed it: any, or one that signs `at`. Raises `BadNote` otherwise.

        Times here are whole seconds: a key is believed in the second in which it ends.
        """
        keys = self.keys if at is None else {*self.signing_at(at), *self.signing_at(at - SECOND)}
        for key in keys:
            try:
                return note.open_checkpoint(data, key.verifier)
            except BadNote:
                continue
        note.parse(data)
        raise BadNote("the note is not signed by a key of this log")

    def bears_out(self, change: KeyChange) -> bool:
        """Whether an entry about a key says what this ring says of it."""
        return any(
            newer.since == change.at and (newer.verifier, older.verifier) == (change.key, change.replaces)
            for older, newer in itertools.pairwise(self.keys)
        )

    def followed_by(self, verifier: Verifier, place: str, *, at: datetime, until: datetime) -> "Ring":
        """The ring in which this key signs from `at`, and all others at the longest up to `until`."""
        ended = [
            key if key.until is not None and key.until <= until else replace(key, until=until) for key in self.keys
        ]
        return Ring((*ended, LogKey(verifier, at, None, place)))

    def render(self) -> str:
        return "".join(
            f"{key.verifier.vkey} {_instant_text(key.since)} {_instant_text(key.until)} {key.place}\n"
            for key in self.keys
        )


def parse(text: str) -> Ring:
    """The ring; raises `BadRing` unless `render` gives this very text."""
    lines = text.split("\n")
    if lines.pop() != "":
        raise BadRing("the list of keys ends in the middle of a line")
    return Ring(tuple(_key(line) for line in lines))


def _key(line: str) -> LogKey:
    found = _LINE.fullmatch(line)
    if found is None:
        raise BadRing("not a line of the list of keys: <vkey> <since> <until> <place>")
    try:
        return LogKey(
            note.parse_vkey(found["vkey"]), _instant(found["since"]), _instant(found["until"]), found["place"]
        )
    except BadEntry as error:
        raise BadRing(str(error)) from error


def _instant(text: str) -> datetime | None:
    return None if text == NEVER else entry.instant(text)


def _instant_text(at: datetime | None) -> str:
    return NEVER if at is None else entry.instant_text(at)
