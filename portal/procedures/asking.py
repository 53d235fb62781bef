"""What the procedures in force ask for, seen over the whole catalogue."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import String, bindparam, cast, func, or_, select
from sqlalchemy.dialects.postgresql import JSONB, JSONPATH
from sqlalchemy.orm import Session

from portal.procedures.models import Revision
from portal.procedures.text import Text

MOST_KEYS = 200


@dataclass(frozen=True, slots=True)
class AskedKey:
    """A key under which answers of one type rest, with the question as one of the procedures puts it."""

    key: str
    label: Text
    procedures: int


def keys_of_type(session: Session, type: str, *, at: datetime) -> tuple[AskedKey, ...]:
    """The keys of fields of that type, those that most procedures ask for first; one statement."""
    rows = session.execute(_KEYS, {"type": type, "at": at})
    return tuple(AskedKey(row.key, Text(row.vi, row.en), row.procedures) for row in rows)


_FIELDS = (
    select(
        func.jsonb_path_query(
            Revision.content,
            cast("$.form.sections[*].fields[*] ? (@.type == $type)", JSONPATH),
            func.jsonb_build_object("type", cast(bindparam("type"), String)),
            type_=JSONB,
        ).label("said")
    )
    .where(Revision.begins_at <= bindparam("at"), or_(Revision.ends_at.is_(None), Revision.ends_at > bindparam("at")))
    .subquery()
)
_KEY, _VI, _EN = (_FIELDS.c.said[way].astext for way in (("key",), ("label", "vi"), ("label", "en")))
_KEYS = (
    select(_KEY.label("key"), func.min(_VI).label("vi"), func.min(_EN).label("en"), func.count().label("procedures"))
    .group_by("key")
    .order_by(func.count().desc(), "key")
    .limit(MOST_KEYS)
)
