"""What a question means by the editors' synonyms. Pure: the synonyms are handed in.

A synonym fits where its words stand in the question in a row (`tôi muốn mở quán cà phê ở Vũng Tàu` holds
`mở quán cà phê`), or where the question is its beginning, as it is while somebody types. A letter wrong in a word is
forgiven, but then the question is only taken so where nothing answers it as it stands.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from portal.procedures.indexing import MOST_WORDS, Question, one_letter_less

MOST_OTHERS = 3
SHORTEST_BEGINNING = 4  # letters typed before a synonym that begins so is thought of
# Words around what is asked for; they say nothing of how much of a question a synonym covers.
AROUND = frozenset(
    (
        *("toi", "em", "minh", "muon", "can", "xin", "cho", "o", "dau", "lam", "the", "nao", "nhu", "phai", "gi"),
        *("thu", "tuc", "cach", "de", "co", "di", "i", "to", "a", "my"),
    )
)


@dataclass(frozen=True, slots=True)
class Meaning:
    """A synonym as search takes it: its folded words, the procedures, and the folded words it stands for."""

    words: tuple[str, ...]
    codes: tuple[str, ...]
    means: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Fit:
    """Where a synonym stands in a question; `covers` most of what it asks, or only a part."""

    meaning: Meaning
    first: int
    exact: bool
    begun: bool
    covers: bool


def forms(words: Iterable[str]) -> frozenset[str]:
    """The words, and each of them with one letter left out: two words one letter apart share a form."""
    return frozenset(form for word in words for form in (word, *one_letter_less(word)))


def understood(question: Question, meanings: Iterable[Meaning]) -> Question:
    """The question, with what the synonyms among `meanings` that fit make of it."""
    fits = [fit for meaning in meanings if (fit := _fit(question.words, meaning)) is not None]
    fits.sort(key=lambda fit: (not fit.exact, fit.begun, -len(fit.meaning.words), fit.meaning.words))
    sure = [fit for fit in fits if fit.exact and (fit.covers or fit.begun)]
    return replace(
        question,
        named=_codes(fit for fit in sure if not fit.begun),
        begun=_codes(fit for fit in sure if fit.begun),
        others=_others(question.words, (fit for fit in fits if fit.exact and not fit.begun)),
        perhaps=_codes(fits),
        perhaps_others=_others(question.words, (fit for fit in fits if not fit.begun)),
    )


def _fit(asked: Sequence[str], meaning: Meaning) -> _Fit | None:
    length = len(meaning.words)
    for exact in (True, False):
        for first in range(len(asked) - length + 1):
            if all(_alike(*pair, exact) for pair in zip(asked[first : first + length], meaning.words, strict=True)):
                return _Fit(meaning, first, exact, begun=False, covers=_covers(asked, first, length))
    return _Fit(meaning, 0, exact=True, begun=True, covers=True) if _is_beginning(asked, meaning.words) else None


def _is_beginning(asked: Sequence[str], words: Sequence[str]) -> bool:
    """Whether somebody who types `words` may have come as far as `asked`."""
    if len(asked) > len(words) or sum(map(len, asked)) < SHORTEST_BEGINNING:
        return False
    last = len(asked) - 1
    return list(asked[:last]) == list(words[:last]) and words[last].startswith(asked[last])


def _alike(asked: str, known: str, exact: bool) -> bool:
    return asked == known or (not exact and not forms((asked,)).isdisjoint(forms((known,))))


def _covers(asked: Sequence[str], first: int, length: int) -> bool:
    """Whether at least half of the telling words of the question are the synonym's."""
    rest = [word for word in (*asked[:first], *asked[first + length :]) if word not in AROUND]
    return len(rest) <= length


def _codes(fits: Iterable[_Fit]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(code for fit in fits for code in fit.meaning.codes))


def _others(asked: Sequence[str], fits: Iterable[_Fit]) -> tuple[tuple[str, ...], ...]:
    """The question with the words a synonym stands for in its place, once for each, and without words around it."""
    found = []
    for fit in fits:
        if fit.meaning.means:
            before, after = asked[: fit.first], asked[fit.first + len(fit.meaning.words) :]
            telling = ([word for word in part if word not in AROUND] for part in (before, after))
            words = dict.fromkeys((*next(telling), *fit.meaning.means, *next(telling)))
            found.append(tuple(words)[:MOST_WORDS])
    return tuple(dict.fromkeys(found))[:MOST_OTHERS]
