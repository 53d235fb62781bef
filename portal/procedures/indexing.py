"""What search looks at, computed from a revision's content, and a typed question in the same terms.

All in plain a-z and 0-9, so that the database needs no extension and no language. `search` holds the words: those
of the name weigh A, of code and keywords B, of the summary C. `folded` holds the names as
` dang ky khai sinh | birth registration `. Against typing errors `near` holds each longer word of name and keywords
with one letter left out: `sinh` as `inh`, `snh`, `sih`, `sin`. A mistyped `sihn`, one letter left out, meets it there.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from portal.procedures.text import words
from portal.units.sorting import sort_key

LONGEST_QUESTION = 200
MOST_WORDS = 12
LONGEST_WORD = 40
FORGIVEN_LENGTHS = range(4, 16)
CODE = re.compile(r"[0-9]\.[0-9]{1,6}(?:\.[0-9A-Za-z.]{0,20})?")


@dataclass(frozen=True, slots=True)
class Question:
    """A typed search: `code` where it looks like one, else the folded `words`; nothing searchable leaves both empty.

    The rest is what synonyms make of it (`portal.synonyms.understanding`): procedures that it names, or begins to
    name, and the same question in other words; then the like where a letter is wrong or much else is asked too.
    """

    typed: str
    code: str
    words: tuple[str, ...]
    named: tuple[str, ...] = ()
    begun: tuple[str, ...] = ()
    others: tuple[tuple[str, ...], ...] = ()
    perhaps: tuple[str, ...] = ()
    perhaps_others: tuple[tuple[str, ...], ...] = ()

    @property
    def is_empty(self) -> bool:
        """Nothing was asked at all: everything is an answer."""
        return not self.typed

    @property
    def phrase(self) -> str:
        return " ".join(self.words)


def question(typed: str) -> Question:
    """Of a very long question only the beginning counts."""
    typed = typed[:LONGEST_QUESTION].strip()
    if CODE.fullmatch(typed):
        return Question(typed, typed.upper(), ())
    found = [word[:LONGEST_WORD] for word in dict.fromkeys(words(typed))]
    return Question(typed, "", tuple(found[:MOST_WORDS]))


def columns(content: Mapping[str, Any]) -> dict[str, Any]:
    """The derived columns of a revision."""
    name, summary, received = content["name"], content["summary"], content["received_by"]
    weighed = _weighed(content)
    return {
        "code": content["code"],
        "name_vi": name["vi"],
        "name_en": name["en"],
        "summary_vi": summary["vi"],
        "summary_en": summary["en"],
        "field": content["field"],
        "level": content["level"],
        "service_level": content["service_level"],
        "audience": content["audience"],
        "life_events": content.get("life_events", []),
        "received_by_kinds": received.get("kinds", []),
        "received_by_agencies": received.get("agencies", []),
        "sort_vi": sort_key(name["vi"]),
        "sort_en": sort_key(name["en"]),
        "folded": f" {' '.join(words(name['vi']))} | {' '.join(words(name['en']))} ",
        "search": _vector(weighed),
        "near": _vector(
            {shorter: "D" for word in weighed if weighed[word] != "C" for shorter in one_letter_less(word)}
        ),
    }


def _weighed(content: Mapping[str, Any]) -> dict[str, str]:
    """Each word with the weight of where it counts most."""
    places = {
        "A": content["name"].values(),
        "B": [content["code"], *content.get("keywords", ())],
        "C": content["summary"].values(),
    }
    found: dict[str, str] = {}
    for weight, texts in places.items():
        for word in _words_of(texts):
            found.setdefault(word, weight)
    return found


def _vector(weighed: Mapping[str, str]) -> str:
    """A tsvector as text."""
    return " ".join(f"'{word}':{place}{weight}" for place, (word, weight) in enumerate(weighed.items(), 1))


def one_letter_less(word: str) -> list[str]:
    """The word without each of its letters in turn; nothing for words too short to be told apart then."""
    if len(word) not in FORGIVEN_LENGTHS or word.isdigit():
        return []
    return list(dict.fromkeys(word[:place] + word[place + 1 :] for place in range(len(word))))


def _words_of(texts: Iterable[str]) -> list[str]:
    return [word[:LONGEST_WORD] for text in texts for word in words(text)]
