"""Questions and filters as SQL conditions over the revisions in force."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Integer, and_, case, cast, false, func, literal, or_, true
from sqlalchemy.dialects.postgresql import TSQUERY

from portal.procedures.indexing import Question, one_letter_less
from portal.procedures.models import Revision

BEGINS = ":*"
ABOVE_ALL, NAME_BEGINS, NAME_HOLDS, NAME_HAS_WORDS, ELSEWHERE = range(-1, 4)
RANK_STEP = 10_000  # inside a rank the shorter name is the closer one
PREFIX_FROM = 3  # shorter words begin too much else


@dataclass(frozen=True, slots=True)
class Filters:
    """What narrows the list; None is no filter. `agency` and `agency_kind`, the kind of that unit, go together."""

    field: str | None = None
    level: str | None = None
    audience: str | None = None
    life_event: str | None = None
    agency: str | None = None
    agency_kind: str | None = None


@dataclass(frozen=True, slots=True)
class Match:
    """Which revisions answer a question, and how well: 0 is best."""

    where: ColumnElement[bool]
    rank: ColumnElement[int]


def in_force(at: datetime) -> ColumnElement[bool]:
    return and_(Revision.begins_at <= at, or_(Revision.ends_at.is_(None), Revision.ends_at > at))


def conditions(filters: Filters) -> Mapping[str, ColumnElement[bool]]:
    """A condition for each filter that is set, by its name."""
    found: dict[str, ColumnElement[bool]] = {}
    if filters.field is not None:
        found["field"] = Revision.field == filters.field
    if filters.level is not None:
        found["level"] = Revision.level == filters.level
    if filters.audience is not None:
        found["audience"] = Revision.audience.contains([filters.audience])
    if filters.life_event is not None:
        found["life_event"] = Revision.life_events.contains([filters.life_event])
    if filters.agency is not None:
        kinds = [filters.agency_kind] if filters.agency_kind else []
        found["agency"] = or_(
            Revision.received_by_agencies.contains([filters.agency]),
            *(Revision.received_by_kinds.contains([kind]) for kind in kinds),
        )
    return found


def whole(question: Question) -> Match:
    """Answers that hold the code, or every word; and what the editors' synonyms name."""
    if question.is_empty:
        return Match(true(), literal(0))
    if question.code:
        return Match(Revision.code.startswith(question.code, autoescape=True), literal(0))
    if not question.words:
        return Match(false(), literal(0))
    own = [_all_of(words) for words in (question.words, *question.others)]
    return _joined([*_named(question.named, ABOVE_ALL), *own, *_named(question.begun, ELSEWHERE)])


def nearly(question: Question) -> Match:
    """Answers that hold every word, or one that differs from it by a typing error."""
    if not question.words:
        return Match(false(), literal(0))
    own = [_nearly_all_of(words) for words in (question.words, *question.perhaps_others)]
    return _joined([*_named(question.perhaps, ABOVE_ALL), *own])


def partly(question: Question) -> Match:
    """Answers that hold a third of the words, but two of three or more; the more, above all in the name, the better."""
    if len(question.words) < 2:
        return Match(false(), literal(0))
    own = [_some_of(words) for words in (question.words, *question.perhaps_others) if len(words) > 1]
    return _joined([*_named(question.perhaps, ABOVE_ALL), *own])


def _all_of(words: Sequence[str]) -> Match:
    phrase = " " + " ".join(words)
    rank = case(
        (_name_holds(phrase, at_start=True), NAME_BEGINS),
        (_name_holds(phrase), NAME_HOLDS),
        (and_(*(_name_holds(" " + word) for word in words)), NAME_HAS_WORDS),
        else_=ELSEWHERE,
    )
    return Match(_holds(words, " & "), rank * RANK_STEP + func.length(Revision.folded))


def _nearly_all_of(words: Sequence[str]) -> Match:
    where = and_(*(_near(word, term) for word, term in zip(words, _terms(words), strict=True)))
    return Match(where, _distance(words))


def _some_of(words: Sequence[str]) -> Match:
    number = len(words)
    least = max(1 if number == 2 else 2, -(-number // 3))
    return Match(and_(_holds(words, " | "), _number_held(words) >= least), _distance(words))


def _named(codes: Sequence[str], rank: int) -> list[Match]:
    """The procedures of these codes, in the order in which they are named."""
    if not codes:
        return []
    order = case({code: number for number, code in enumerate(codes)}, value=Revision.code, else_=0)
    return [Match(Revision.code.in_(codes), rank * RANK_STEP + order)]


def _joined(matches: Sequence[Match]) -> Match:
    """What any of them finds, as the one that likes it best ranks it."""
    if len(matches) == 1:
        return matches[0]
    rank = func.least(*(case((match.where, match.rank)) for match in matches))  # those without an answer are null
    return Match(or_(*(match.where for match in matches)), rank)


WAYS = (whole, nearly, partly)  # from strict to generous; the first that finds anything is taken


def _distance(words: Sequence[str]) -> ColumnElement[int]:
    """Words that are missing; those missing in the name count double."""
    number = len(words)
    missing_in_name = number - _count(_name_holds(" " + word) for word in words)
    return (number - _number_held(words) + 2 * missing_in_name) * RANK_STEP + func.length(Revision.folded)


def _near(word: str, term: str) -> ColumnElement[bool]:
    """The term; or where one letter of its word is wrong, missing, too much or misplaced (see `indexing`)."""
    shorter = [f"'{other}'" for other in one_letter_less(word)]
    if not shorter:
        return _matches(term)
    return or_(_matches(" | ".join([term, *shorter])), _comes_near(" | ".join([f"'{word}'", *shorter])))


def _terms(words: Sequence[str]) -> list[str]:
    """The words as terms of a tsquery: they are of a-z and 0-9 only. The last one may be typed half."""
    last = len(words) - 1
    return [
        f"'{word}'{BEGINS}" if len(word) >= PREFIX_FROM or n == last else f"'{word}'" for n, word in enumerate(words)
    ]


def _name_holds(phrase: str, *, at_start: bool = False) -> ColumnElement[bool]:
    """`phrase` is of a-z, 0-9 and blanks, so nothing in it is a wild card."""
    if at_start:
        return or_(Revision.folded.startswith(phrase), Revision.folded.contains("|" + phrase))
    return Revision.folded.contains(phrase)


def _holds(words: Sequence[str], joint: str) -> ColumnElement[bool]:
    return _matches(joint.join(_terms(words)))


def _number_held(words: Sequence[str]) -> ColumnElement[int]:
    return _count(_matches(term) for term in _terms(words))


def _count(conditions: Iterable[ColumnElement[bool]]) -> ColumnElement[int]:
    total: ColumnElement[int] = literal(0)
    for condition in conditions:
        total = total + cast(condition, Integer)
    return total


def _matches(query: str) -> ColumnElement[bool]:
    found: ColumnElement[bool] = Revision.search.bool_op("@@")(cast(query, TSQUERY))
    return found


def _comes_near(query: str) -> ColumnElement[bool]:
    found: ColumnElement[bool] = Revision.near.bool_op("@@")(cast(query, TSQUERY))
    return found
