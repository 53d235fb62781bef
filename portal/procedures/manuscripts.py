"""Reading manuscripts, as finished values: what is being written, by whom, and what stands against it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select, tuple_
from sqlalchemy.orm import Session, aliased

from portal.clock import local_day
from portal.people import queries as people
from portal.procedures import instants, quality, queries, templates_named, writable
from portal.procedures.findings import Checks
from portal.procedures.models import ManuscriptRow as Row
from portal.procedures.models import ManuscriptStep, ManuscriptVersion, Revision
from portal.procedures.procedure import Procedure, of_content
from portal.procedures.quality import Known
from portal.procedures.searching import Page
from portal.procedures.text import Text
from portal.template_files import queries as template_files
from portal.units import queries as units

OPEN = ("writing", "in_review", "approved")
WROTE = ("begun", "saved", "restored", "followed")
MOST_ROWS = 100


@dataclass(frozen=True, slots=True)
class ManuscriptRow:
    """A line of the list; `base` is the number of the revision it continues."""

    id: int
    code: str
    name: Text
    state: str
    version: int
    base: int | None
    written_by: str
    written_at: datetime
    approved_by: str | None


@dataclass(frozen=True, slots=True)
class Base:
    """The revision that a manuscript continues."""

    revision_id: int
    number: int
    content: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class TrailStep:
    """What was done to a manuscript; `by` is an officer's name."""

    n: int
    act: str
    by: str
    at: datetime
    version: int
    reason: str | None


@dataclass(frozen=True, slots=True)
class Manuscript:
    """A revision being written. `writers` are the officers who wrote on it: none of them may approve it."""

    id: int
    code: str
    state: str
    version: int
    content: Mapping[str, Any]
    base: Base | None
    newest: int | None
    writers: frozenset[int]
    written_by: str
    written_at: datetime
    approved_by: str | None
    approved_at: datetime | None
    published_number: int | None
    next_number: int
    trail: tuple[TrailStep, ...]

    @property
    def name(self) -> Text:
        return name_in(self.content, self.code)

    @property
    def number(self) -> int:
        """The number under which it was published, or would be now."""
        return self.published_number or self.next_number

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def is_behind(self) -> bool:
        """Whether a newer revision was published since it was begun."""
        return self.is_open and self.newest != (self.base.number if self.base else None)

    def may_approve(self, officer_id: int) -> bool:
        return self.state == "in_review" and officer_id not in self.writers


def manuscripts(
    session: Session, *, after: str | None = None, limit: int = 50, all: bool = False
) -> Page[ManuscriptRow]:
    """Those that are open, or every one, last written first; `after` is the key of the page before."""
    base = aliased(Revision)
    statement = (
        select(*_ROW, base.number.label("base"))
        .outerjoin(base, base.id == Row.base_id)
        .order_by(Row.written_at.desc(), Row.id.desc())
        .limit(min(limit, MOST_ROWS) + 1)
    )
    if not all:
        statement = statement.where(Row.state.in_(OPEN))
    if (key := _read_key(after)) is not None:
        statement = statement.where(tuple_(Row.written_at, Row.id) < key)
    rows = session.execute(statement).all()
    shown = rows[: min(limit, MOST_ROWS)]
    names = people.officer_names(session, {by for row in shown for by in (row.written_by, row.approved_by) if by})
    last = shown[-1] if len(rows) > len(shown) else None
    return Page(tuple(_row(row, names) for row in shown), f"{last.written_at.isoformat()}~{last.id}" if last else None)


def manuscript(session: Session, id: int) -> Manuscript | None:
    """One with its text, its base and its trail; open or not."""
    found = session.execute(_one(id)).one_or_none() if writable.is_key(id) else None
    if found is None:
        return None
    steps = session.execute(_steps(id)).all()
    everybody = {step.officer_id for step in steps} | {found.written_by, found.approved_by} - {None}
    names = people.officer_names(session, everybody)
    latest = newest(session, found.code)
    return Manuscript(
        id=found.id,
        code=found.code,
        state=found.state,
        version=found.version,
        content=found.content,
        base=Base(found.base_id, found.base_number, found.base_content) if found.base_id else None,
        newest=latest.number if latest else None,
        writers=frozenset(step.officer_id for step in steps if step.act in WROTE),
        written_by=names.get(found.written_by, ""),
        written_at=found.written_at,
        approved_by=names.get(found.approved_by) if found.approved_by else None,
        approved_at=found.approved_at,
        published_number=found.published_number,
        next_number=(found.last_number or 0) + 1,
        trail=tuple(
            TrailStep(step.n, step.act, names.get(step.officer_id, ""), step.at, step.version, step.reason)
            for step in steps
        ),
    )


def checks(session: Session, found: Manuscript, *, at: datetime, leads: Callable[[str], bool] | None = None) -> Checks:
    """What stands against publishing it, and what might be better; see `check_content`."""
    return check_content(session, found.content, code=found.code, number=found.next_number, at=at, leads=leads)


def check_content(
    session: Session,
    content: Mapping[str, Any],
    *,
    code: str,
    number: int = 1,
    at: datetime,
    leads: Callable[[str], bool] | None = None,
) -> Checks:
    """`leads` says whether a path of this portal leads anywhere; without it only procedures' paths are looked at."""
    codes = quality.codes_named(content)
    agencies = quality.agencies_named(content)
    known = Known(
        procedures=frozenset(queries.names_of(session, codes)) | {code},
        agencies={agency: unit.valid_to for agency, unit in units.names_of(session, agencies).items()},
        templates=template_files.facts(session, templates_named.digests(content)),
        on=local_day(at),
        leads=leads,
    )
    return quality.checks(completed(content, code=code, number=number, begins_at=at), known)


def completed(
    content: Mapping[str, Any], *, code: str, number: int, begins_at: datetime, decision: dict[str, Any] | None = None
) -> dict[str, Any]:
    """The content with what publishing adds."""
    said = {**content, "code": code, "revision": number, **instants.beginning(begins_at)}
    return said if decision is None else {**said, "decision": decision}


def preview(found: Manuscript, *, at: datetime) -> Procedure | None:
    """The procedure as citizens would see it from `at`; None while parts of it are missing or of a wrong shape."""
    said = completed(found.content, code=found.code, number=found.number, begins_at=at)
    return of_content(0, said, ends_at=None) if quality.can_be_shown(said) else None


def newest(session: Session, code: str) -> Base | None:
    """The newest revision that was not recalled, in force or not."""
    return _base(session, select(Revision.id, Revision.number, Revision.content).where(Revision.code == code))


def numbered(session: Session, code: str, number: int) -> Base | None:
    here = (Revision.code == code, Revision.number == number)
    row = session.execute(select(Revision.id, Revision.number, Revision.content).where(*here)).one_or_none()
    return Base(row.id, row.number, row.content) if row else None


def open_of(session: Session, code: str) -> int | None:
    """The manuscript in which this procedure is being written."""
    return session.scalar(select(Row.id).where(Row.code == code, Row.state.in_(OPEN)))


def name_in(content: Mapping[str, Any], code: str) -> Text:
    """What it is called so far; its code where it has no name yet."""
    name = content.get("name")
    said = {lang: name.get(lang) for lang in ("vi", "en")} if isinstance(name, Mapping) else {}
    vi, en = (said.get(lang) if isinstance(said.get(lang), str) else "" for lang in ("vi", "en"))
    return Text(vi or en or code, en or vi or code)


_ROW = (
    Row.id,
    Row.code,
    Row.content["name"].label("name"),
    Row.state,
    Row.version,
    Row.written_by,
    Row.written_at,
    Row.approved_by,
)


def _row(row: Any, names: Mapping[int, str]) -> ManuscriptRow:
    return ManuscriptRow(
        row.id,
        row.code,
        name_in({"name": row.name}, row.code),
        row.state,
        row.version,
        row.base,
        names.get(row.written_by, ""),
        row.written_at,
        names.get(row.approved_by) if row.approved_by else None,
    )


def _one(id: int) -> Select[*tuple[Any, ...]]:
    base, published, every = aliased(Revision), aliased(Revision), aliased(Revision)
    last = select(func.max(every.number)).where(every.code == Row.code).scalar_subquery()
    return (
        select(
            *Row.__table__.columns,
            base.number.label("base_number"),
            base.content.label("base_content"),
            published.number.label("published_number"),
            last.label("last_number"),
        )
        .outerjoin(base, base.id == Row.base_id)
        .outerjoin(published, published.id == Row.revision_id)
        .where(Row.id == id)
    )


def _steps(id: int) -> Select[*tuple[Any, ...]]:
    columns = (ManuscriptStep.n, ManuscriptStep.act, ManuscriptStep.version, ManuscriptStep.at)
    return (
        select(*columns, ManuscriptStep.officer_id, ManuscriptStep.reason)
        .where(ManuscriptStep.manuscript_id == id)
        .order_by(ManuscriptStep.n)
    )


def _base(session: Session, statement: Select[*tuple[Any, ...]]) -> Base | None:
    last = statement.where(Revision.ends_at.is_distinct_from(Revision.begins_at)).order_by(Revision.number.desc())
    row = session.execute(last.limit(1)).one_or_none()
    return Base(row.id, row.number, row.content) if row else None


def _read_key(after: str | None) -> tuple[datetime, int] | None:
    """Where a page ended; a key that is none is taken for the beginning."""
    at, _tilde, id = (after or "").partition("~")
    try:
        key = (datetime.fromisoformat(at), int(id))
    except ValueError:
        return None
    return key if key[0].tzinfo is not None and writable.is_key(key[1]) else None


def content_at(session: Session, id: int, *, version: int) -> Mapping[str, Any] | None:
    """What an open manuscript said in that version, for one whose page is older than the text."""
    kept = (ManuscriptVersion.manuscript_id == id, ManuscriptVersion.version == version)
    return session.scalar(select(ManuscriptVersion.content).where(*kept))
