"""The one verb of the catalogue: publish what the files say."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.errors import Invalid
from portal.procedures import instants, revising, sources, templates_named
from portal.procedures.models import ProcedureEntity, Revision
from portal.procedures.schema import Fault
from portal.procedures.sources import Source
from portal.template_files import commands as template_files
from portal.template_files import queries as template_facts
from portal.template_files.shelf import Taken
from portal.units import queries as units


@dataclass(frozen=True, slots=True)
class LoadReport:
    """Codes by what happened to them."""

    new: tuple[str, ...]
    revised: tuple[str, ...]
    unchanged: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Published:
    """What the database holds of one procedure: content by revision number."""

    revisions: Mapping[int, Mapping[str, Any]]

    @property
    def newest(self) -> int:
        return max(self.revisions, default=0)


def load(session: Session, files: Iterable[Path], *, at: datetime) -> LoadReport:
    """Publish the revisions in `files` (files, or folders of files); all of them or, with Invalid, none.

    Template files that they name must be known; see `load_sources`.
    """
    return load_sources(session, sources.read(sources.find(files)), at=at)


def load_sources(session: Session, found: Sequence[Source], *, taken: Sequence[Taken] = (), at: datetime) -> LoadReport:
    """The same of files that were read. A revision already there with the same content is left alone, so loading
    twice does nothing. A published revision never changes: other content needs a higher number and a later day.

    `taken` are the template files that came beside them (`template_sources.take_in`).
    """
    revising.lock(session)
    template_files.add(session, taken, at=at)
    published = _published(session, {source.code for source in found})
    fresh = [source for source in found if published[source.code].revisions.get(source.number) != source.content]
    faults = [*_order_faults(fresh, published), *_agency_faults(session, fresh), *_template_faults(session, fresh)]
    if faults:
        raise Invalid(*faults, code="procedures_invalid")
    if fresh:
        revising.add(session, [source.content for source in fresh], at=at)
        revising.note_change(session, what="loaded", at=at)
    return _report(found, fresh, published)


def parted(session: Session, found: Sequence[Source]) -> dict[str, Fault]:
    """By code, why what files say of a procedure can no longer follow what is published: somebody published otherwise
    here under that number, or since. For who keeps what is published and loads the others.
    """
    published = _published(session, {source.code for source in found})
    known = [source for source in found if published[source.code].revisions]
    fresh = [source for source in known if published[source.code].revisions.get(source.number) != source.content]
    codes = {source.path.name: source.code for source in fresh}
    kept: dict[str, Fault] = {}
    for fault in _order_faults(fresh, published):
        number = published[codes[fault.file]].newest
        kept.setdefault(codes[fault.file], replace(fault, code="published_otherwise", facts={"number": number}))
    return kept


def _published(session: Session, codes: set[str]) -> dict[str, _Published]:
    statement = (
        select(ProcedureEntity.code, Revision.number, Revision.content)
        .join(Revision, Revision.procedure_id == ProcedureEntity.id)
        .where(ProcedureEntity.code.in_(codes))
    )
    found: dict[str, dict[int, Mapping[str, Any]]] = {code: {} for code in codes}
    for code, number, content in session.execute(statement):
        found[code][number] = content
    return {code: _Published(revisions) for code, revisions in found.items()}


def _order_faults(fresh: Sequence[Source], published: Mapping[str, _Published]) -> Iterator[Fault]:
    latest = {code: (found.newest, _begins(found)) for code, found in published.items()}
    for source in fresh:
        number, begins = latest[source.code]
        begin = instants.begins_at(source.content)
        if source.number in published[source.code].revisions:
            facts = {"number": source.number, "next": number + 1}
            yield Fault("revision", "revision_published", facts, source.path.name)
        elif source.number < number:
            facts = {"number": source.number, "newest": number}
            yield Fault("revision", "revision_older", facts, source.path.name)
        elif begins is not None and begin <= begins:
            yield Fault(
                "valid_from", "begins_before_another", {"begins_at": begins, "number": number}, source.path.name
            )
        else:
            latest[source.code] = (source.number, begin)


def _begins(published: _Published) -> datetime | None:
    if not published.revisions:
        return None
    return instants.begins_at(published.revisions[published.newest])


def _agency_faults(session: Session, fresh: Sequence[Source]) -> Iterator[Fault]:
    wanted = {code for source in fresh for code in source.content["received_by"].get("agencies", ())}
    known = units.names_of(session, wanted)
    for source in fresh:
        for code in source.content["received_by"].get("agencies", ()):
            if code not in known:
                yield Fault("received_by.agencies", "agency_unknown", {"agency": code}, source.path.name)


def _template_faults(session: Session, fresh: Sequence[Source]) -> Iterator[Fault]:
    wanted = {digest for source in fresh for digest in templates_named.digests(source.content)}
    known = template_facts.facts(session, wanted)
    for source in fresh:
        for path, file in templates_named.named(source.content):
            if file.sha256 not in known:
                yield Fault(path, "template_not_given", {"name": file.name}, source.path.name)
            elif not known[file.sha256].may_be_called(file.name):
                yield Fault(path, "template_of_other_kind", {"name": file.name}, source.path.name)


def _report(found: Sequence[Source], fresh: Sequence[Source], published: Mapping[str, _Published]) -> LoadReport:
    changed = {source.code for source in fresh}
    return LoadReport(
        new=tuple(sorted(code for code in changed if not published[code].revisions)),
        revised=tuple(sorted(code for code in changed if published[code].revisions)),
        unchanged=tuple(sorted({source.code for source in found} - changed)),
    )
