"""Lists that officers named: the filters of the queue under a name of their own."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BigInteger, Select, bindparam, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from portal import sealing
from portal.errors import NotFound, Refused
from portal.procedures.text import fold
from portal.questions import Question
from portal.queues.models import SavedList
from portal.reading import Written

MOST = 20
LONGEST_NAME = 60
PLAIN_NAME = "Danh sách"


@dataclass(frozen=True, slots=True)
class Named:
    """One of an officer's lists."""

    id: int
    name: str
    filters: Mapping[str, str]


def lists_of(session: Session, *, officer_id: int) -> tuple[Named, ...]:
    """The officer's lists, the oldest first."""
    return lists_asked(officer_id=officer_id).answer(session)


def lists_asked(*, officer_id: int) -> Question[tuple[Named, ...]]:
    return Question(_LISTS, {"officer_id": officer_id}, lambda rows: tuple(Named(*row) for row in rows))


def save(session: Session, *, officer_id: int, name: str, filters: Mapping[str, str], at: datetime) -> None:
    """Name these filters. Refused("list_unnamed"), ("list_name_long"), ("list_name_taken") or ("too_many_lists")."""
    name = " ".join(name.split())
    if not name:
        raise Refused("list_unnamed")
    if len(name) > LONGEST_NAME:
        raise Refused("list_name_long", limit=LONGEST_NAME)
    count = select(func.count()).select_from(SavedList).where(SavedList.officer_id == officer_id)
    if session.execute(count).scalar_one() >= MOST:
        raise Refused("too_many_lists", limit=MOST)
    row = {"officer_id": officer_id, "name": name, "filters": dict(filters), "made_at": at}
    index = sealing.blind_index("queue_list", name.casefold())
    made = insert(SavedList).values(**row, name_index=index).on_conflict_do_nothing().returning(SavedList.id)
    if session.scalar(made) is None:
        raise Refused("list_name_taken")


def rename_after(session: Session, words: Collection[str]) -> int:
    """At a lawful erasure: lists in whose name one of these is written, marks or none, lose it; how many.

    The filters stay. A name is free text of an officer, so what it says of a person in other words stays with it.
    """
    wanted = {told for one in words if (told := _told(one))}
    renamed = 0
    for row in session.execute(select(SavedList.id, SavedList.name)).all():
        if any(one in _told(row.name) for one in wanted):
            name = f"{PLAIN_NAME} {row.id}"
            index = sealing.blind_index("queue_list", f"{row.id}\n")  # no name that anybody types
            session.execute(update(SavedList).where(SavedList.id == row.id).values(name=name, name_index=index))
            renamed += 1
    return renamed


def _told(words: str) -> str:
    """What is compared: letters and digits alone, so that a number is found however it is spaced."""
    return "".join(one for one in fold(words) if one.isalnum())


def forget_those_of(session: Session, officers: Select[int]) -> None:
    """Delete every list of these officers."""
    session.execute(delete(SavedList).where(SavedList.officer_id.in_(officers)))


def remove(session: Session, list_id: int, *, officer_id: int) -> None:
    """NotFound for one that is not this officer's."""
    mine = delete(SavedList).where(SavedList.id == list_id, SavedList.officer_id == officer_id)
    if session.scalar(mine.returning(SavedList.id)) is None:
        raise NotFound


_LISTS = Written(
    select(SavedList.id, SavedList.name, SavedList.filters)
    .where(SavedList.officer_id == bindparam("officer_id", type_=BigInteger))
    .order_by(SavedList.id)
    .limit(MOST)
)
