"""What of an applicant a dossier is found by: keyed digests of name and numbers, never the words themselves. Pure.

The same digest comes of `Nguyễn` and `nguyen`, and of every beginning of it. Numbers are found whole only. Eight bytes
of a digest are kept: whoever has the database and not the installation's key learns which dossiers share a beginning,
and no more; see docs/decisions/searching-people.md.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from portal import sealing
from portal.procedures.text import ONE_SOUND, WORD, fold

MOST_WORDS = 12
LONGEST_WORD = 12  # longer ones are told apart no further
SHORTEST_NUMBER = 8
LONGEST_ASKED = 200
_NUMBERS = ("national_id", "tax_code", "phone")
_SEPARATORS = re.compile(r"[\s.\-()+]")
_ABROAD = re.compile(r"(?:00)?84(\d{9})")  # +84 before a telephone number
_SAME_SOUND = ONE_SOUND | {other: one for one, other in ONE_SOUND.items()}


def of_dossier(reference: str, applicant: Mapping[str, Any]) -> list[int]:
    """All that a dossier is found by, without order: its applicant, and day and serial of its reference."""
    found = {_digest("name", part) for word in _words(applicant.get("name") or "") for part in _beginnings(word)}
    found |= {_digest("number", _number(applicant[name])) for name in _NUMBERS if applicant.get(name)}
    return sorted(found | {_digest("number", _number(reference.partition("-")[2]))})


def asked(q: str) -> list[int]:
    """What must all be there for what somebody typed; empty where nobody is named by it."""
    if is_number(q):
        return [_digest("number", _number(q))]
    found = []
    for word in q[:LONGEST_ASKED].split():
        if is_number(word):
            found.append(_digest("number", _number(word)))
        else:
            found += [_digest("name", part[:LONGEST_WORD]) for part in WORD.findall(fold(word))]
    return sorted(set(found[:MOST_WORDS]))


def is_number(q: str) -> bool:
    """Whether it is as long as people's numbers are, and nothing else."""
    plain = _number(q[:LONGEST_ASKED])
    return len(plain) >= SHORTEST_NUMBER and plain.isascii() and plain.isdecimal()


def _words(name: str) -> list[str]:
    return WORD.findall(fold(name))[:MOST_WORDS]


def _beginnings(word: str) -> Iterator[str]:
    kept = word[:LONGEST_WORD]
    yield from (kept[:length] for length in range(1, len(kept) + 1))
    if word in _SAME_SOUND:
        yield _SAME_SOUND[word]


def _number(value: str) -> str:
    plain = _SEPARATORS.sub("", value).upper()
    abroad = _ABROAD.fullmatch(plain)
    return f"0{abroad[1]}" if abroad else plain


def _digest(kind: str, value: str) -> int:
    return int.from_bytes(sealing.blind_index(f"sought/{kind}", value)[:8], "big", signed=True)
