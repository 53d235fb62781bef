"""People who file: each clicks until an answer leads to the dossier, as one does whose page did not come."""

import http.client
import math
import queue
import threading
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import urlsplit
from uuid import UUID

ANSWER_SECONDS = 30
AGAIN_SECONDS = 0.05
ONCE_MORE = 10
"""Every so many who have an answer click once more all the same."""


@dataclass(frozen=True, slots=True)
class Click:
    """What a browser of somebody signed in sends."""

    address: tuple[str, int]
    cookie: str
    body: bytes

    def file(self, draft: UUID) -> tuple[str, str]:
        """What came: the status, or the error; and the reference that it led to, or nothing."""
        connection = http.client.HTTPConnection(*self.address, timeout=ANSWER_SECONDS)
        headers = {"Cookie": self.cookie, "Content-Type": "application/x-www-form-urlencoded"}
        try:
            connection.request("POST", f"/drafts/{draft}/review", self.body, headers)
            answer = connection.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException) as error:
            return type(error).__name__, ""
        finally:
            connection.close()
        place = urlsplit(answer.headers.get("Location") or "").path
        before, _, reference = place.rpartition("/")
        return str(answer.status), reference if answer.status == 303 and before == "/dossiers" else ""


@dataclass(slots=True)
class Filed:
    """What people were told: a reference is acknowledged once an answer has led there."""

    references: dict[UUID, str] = field(default_factory=dict)
    answers: Counter[str] = field(default_factory=Counter)
    otherwise: list[str] = field(default_factory=list)  # what a second click was told


class People:
    """Threads that file all drafts, each as often as it takes; no more than `allowed` are begun.

    `ended`: how many were told, or gave up.
    """

    def __init__(self, click: Click, drafts: Iterable[UUID], *, number: int, patience: float) -> None:
        self._click, self._patience = click, patience
        self.allowed, self._begun, self.ended = math.inf, 0, 0
        self._waiting: queue.SimpleQueue[UUID] = queue.SimpleQueue()
        for draft in drafts:
            self._waiting.put(draft)
        self._threads = [threading.Thread(target=self._file, daemon=True) for _ in range(number)]
        self._lock = threading.Lock()
        self.filed = Filed()

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    @property
    def busy(self) -> bool:
        return any(thread.is_alive() for thread in self._threads)

    def _file(self) -> None:
        while True:
            if not self._may_begin():
                time.sleep(AGAIN_SECONDS)
                continue
            try:
                draft = self._waiting.get_nowait()
            except queue.Empty:
                return
            self._until_told(draft)

    def _may_begin(self) -> bool:
        with self._lock:
            if self._begun >= self.allowed:
                return False
            self._begun += 1
            return True

    def _until_told(self, draft: UUID) -> None:
        until = time.monotonic() + self._patience
        reference = ""
        while not reference and time.monotonic() < until:
            reference = self._once(draft)
            if not reference:
                time.sleep(AGAIN_SECONDS)
        with self._lock:
            self.ended += 1
            if reference:
                self.filed.references[draft] = reference
            again = bool(reference) and len(self.filed.references) % ONCE_MORE == 0
        if again and (other := self._once(draft)) not in ("", reference):
            self.filed.otherwise.append(f"{reference}, then {other}")

    def _once(self, draft: UUID) -> str:
        came, reference = self._click.file(draft)
        with self._lock:
            self.filed.answers[came if reference or came != "303" else "303 elsewhere"] += 1
        return reference
