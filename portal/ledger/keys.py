"""Where the log's keys are: a folder of the installation, or agents that hold them.

    ledger.keys         the list of the log's keys, see `portal.ledger.keyring`; public, made with the first key
    ledger.key          the first key, where no agent holds it; made on first use, never overwritten
    ledger-<id>.key     a key that `ledger rotate` made

Private halves are read when they sign, and by nothing else. docs/keys.md.
"""

import os
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from portal.ledger import agent, key_entry, keyring, note
from portal.ledger.agent import AgentSigner
from portal.ledger.key_entry import KeyChange
from portal.ledger.keyring import LogKey, Ring
from portal.ledger.note import BadNote, KeySigner, Signer, Verifier
from portal.ledger.tree import EMPTY_ROOT
from portal.settings import Settings

LIST = "ledger.keys"
FILE = "ledger.key"
IN_FILE = "file:"
IN_AGENT = "agent:"
TRIAL = b"hai-dang/trial\n"


@dataclass(frozen=True, slots=True)
class PublishedKey:
    """A key as everybody may know it: when its signature is on checkpoints. None: from the beginning, no end set."""

    vkey: str
    name: str
    key_id: str
    since: datetime | None
    until: datetime | None

    def signs_at(self, at: datetime) -> bool:
        return (self.since is None or self.since <= at) and (self.until is None or at < self.until)


class LogKeys:
    """The keys of the log `origin`, kept in `folder`. `first`, `public_key`: settings for a log that has none yet."""

    def __init__(self, folder: Path, origin: str, *, first: str = "file", public_key: str = "") -> None:
        self._folder = folder
        self._origin = origin
        self._first = first
        self._public_key = public_key

    @classmethod
    def of(cls, settings: Settings) -> "LogKeys":
        return cls(
            settings.keys,
            settings.ledger_origin,
            first=settings.ledger_signer,
            public_key=settings.ledger_public_key,
        )

    def ring(self) -> Ring:
        """The log's keys, the first one made on first use. Raises `BadNote` where they are not this log's."""
        ring = self.stored()
        if ring.newest.verifier.name != self._origin:
            raise BadNote(
                f"{self._folder / LIST} has the keys of the log {ring.newest.verifier.name!r}, but "
                f"PORTAL_LEDGER_ORIGIN is {self._origin!r}: a log keeps its origin for ever"
            )
        return ring

    def stored(self) -> Ring:
        """The list as it stands, under whatever name its newest key has."""
        path = self._folder / LIST
        if not path.exists():
            key = self._first_key()
            self._make(LIST, Ring((key,)).render(), 0o644)
        ring = keyring.parse(path.read_text())
        if self._public_key:
            wanted = agent.parse_public_key(self._public_key)
            if wanted not in {key.verifier.public_key for key in ring.keys}:
                raise BadNote("PORTAL_LEDGER_PUBLIC_KEY is none of the log's keys: change keys by `ledger rotate`")
        return ring

    def signers(self, at: datetime) -> list[Signer]:
        """What signs a checkpoint at this instant."""
        return [self.signer(key) for key in self.ring().signing_at(at)]

    def signer(self, key: LogKey) -> Signer:
        if key.place.startswith(IN_AGENT):
            return AgentSigner(Path(key.place.removeprefix(IN_AGENT)), key.verifier)
        path = self._folder / key.place.removeprefix(IN_FILE)
        signer = note.parse_signer(path.read_text().strip())
        if signer.verifier != key.verifier:
            raise BadNote(f"{path} is not the key {key.verifier.vkey}")
        return signer

    def rotate(self, verifier: Verifier, place: str, *, at: datetime, overlap: timedelta) -> LogKey:
        """Let this key sign from `at` (whole seconds), the others `overlap` longer; it must show first that it can.

        The list is replaced whole; the publisher reads it each time it signs, and announces the key by an entry.
        Raises `BadNote`, `BadEntry` or `AgentFailed`, and has changed nothing then.
        """
        at = at.replace(microsecond=0)
        before = self.stored()
        ring = before.followed_by(verifier, place, at=at, until=at + overlap)
        key_entry.render(KeyChange(at, verifier, before.newest.verifier, 0, EMPTY_ROOT, at + overlap))
        if not verifier.verify(TRIAL, self.signer(ring.newest).sign(TRIAL)):
            raise BadNote(f"what is at {place} does not sign with the key {verifier.vkey}")
        self._draft(ring.render(), 0o644).replace(self._folder / LIST)
        _sync(self._folder)
        return ring.newest

    def make_key(self) -> tuple[Verifier, str]:
        """A new key in a file of its own; its public half and its place."""
        signer = KeySigner(self._origin, os.urandom(32))
        name = f"ledger-{signer.verifier.key_id.hex()}.key"
        self._make(name, signer.render() + "\n", 0o600)
        return signer.verifier, IN_FILE + name

    def key_of_agent(self, path: str, line: str) -> tuple[Verifier, str]:
        """The key that an agent holds, given its public half as `ssh-add -L` shows it."""
        return Verifier(self._origin, agent.parse_public_key(line)), f"{IN_AGENT}{path}"

    def _first_key(self) -> LogKey:
        if self._first.startswith(IN_AGENT):
            verifier, place = self.key_of_agent(self._first.removeprefix(IN_AGENT), self._public_key)
            return LogKey(verifier, None, None, place)
        path = self._folder / FILE
        if not path.exists():
            self._make(FILE, KeySigner(self._origin, os.urandom(32)).render() + "\n", 0o600)
        return LogKey(note.parse_signer(path.read_text().strip()).verifier, None, None, IN_FILE + FILE)

    def _make(self, name: str, content: str, mode: int) -> None:
        """Written whole or not at all, readable by its owner only; the first of two that try at once wins."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = self._draft(content, mode)
        try:
            os.link(draft, self._folder / name)
        except FileExistsError:
            return
        finally:
            draft.unlink()
        _sync(self._folder)

    def _draft(self, content: str, mode: int) -> Path:
        draft = self._folder / f".ledger.{secrets.token_hex(8)}"
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        with os.fdopen(handle, "w") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        return draft


def log_key(settings: Settings) -> Signer:
    """The newest of the log's keys. Raises `BadNote` where the keys are another log's."""
    keys = LogKeys.of(settings)
    return keys.signer(keys.ring().newest)


def published_keys(settings: Settings) -> tuple[PublishedKey, ...]:
    """All keys the log ever had, the oldest first: what a page shows, without a look at any private half."""
    return tuple(
        PublishedKey(key.verifier.vkey, key.verifier.name, key.verifier.key_id.hex(), key.since, key.until)
        for key in LogKeys.of(settings).ring().keys
    )


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
