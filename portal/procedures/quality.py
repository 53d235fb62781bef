"""What is wrong with a content before it is published, and what might be better. Pure; any content, complete or not."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from portal.procedures import checking, findings, parsing, reachability, schema, templates_named
from portal.procedures.findings import Checks, Finding
from portal.procedures.form import Form
from portal.template_files.naming import FileFacts

# A path of this portal in running text: not a part of an address elsewhere, nor of a fraction or a date.
LINK = re.compile(r"(?<![\w:/.<-])/[a-z][a-z-]+(?:/[\w.~%+-]+)*")
PROCEDURE_LINK = re.compile(r"/procedures/([0-9]\.[0-9]{6}(?:\.000\.00\.00\.[A-Z][0-9]{2})?)")
VIETNAMESE = re.compile(r"[ăâđêôơưạ-ỹĂÂĐÊÔƠƯẠ-Ỹ]")
HARMLESS = ("minLength", "minItems")
"""What a page can do without while it is only looked at."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the portal knows beside the content: procedures, agencies with the day on which each ends, template
    files by SHA-256."""

    procedures: frozenset[str]
    agencies: Mapping[str, date | None]
    on: date
    templates: Mapping[str, FileFacts] = field(default_factory=dict)
    leads: Callable[[str], bool] | None = None


def checks(content: Mapping[str, Any], known: Known) -> Checks:
    """Every finding about a content with all its members, also those that publishing adds."""
    faults = checking.faults(content)
    found = [finding for fault in faults for finding in findings.of_fault(fault)]
    if (form := _sound_form(content.get("form"))) is not None:
        found += [*reachability.findings(form, paths=_field_paths(content)), *_papers(content, form)]
    found += [*sheet_items(content), *_fees(content), *_texts(content), *_relations(content, known)]
    return Checks.of([*found, *_templates(content, known), *_links(content, known)])


def _sound_form(data: Any) -> Form | None:
    """The form where it is right in itself, whatever else is wrong."""
    if schema.faults(data, definition="form"):
        return None
    form = parsing.build(data)
    return None if any(parsing.sense_faults(data, form)) else form


def can_be_shown(content: Mapping[str, Any]) -> bool:
    """Whether a page can be made of it: its shape is right, though words may be missing."""
    faults = schema.faults(content)
    return all(fault.code in HARMLESS or (fault.path, fault.code) == ("field", "pattern") for fault in faults)


def codes_named(content: Mapping[str, Any]) -> frozenset[str]:
    """The procedures it speaks of: those that are related, and those to which its texts lead."""
    related = [code for code in _list(content.get("related")) if isinstance(code, str)]
    linked = [found[1] for _path, link in links(content) if (found := PROCEDURE_LINK.match(link))]
    return frozenset((*related, *linked))


def agencies_named(content: Mapping[str, Any]) -> frozenset[str]:
    return frozenset(agency for _path, agency in _agencies(content))


def sheet_items(content: Mapping[str, Any]) -> Iterator[Finding]:
    """What the law wants of every procedure (Decree 63/2010/NĐ-CP, article 8), and what a sheet had better say.

    Name, channels, term, audience and result are the schema's matter.
    """
    components = [part for case in _list(content.get("cases")) for part in _list(_member(case, "components"))]
    for member, there in (
        ("steps", bool(_list(content.get("steps")))),
        ("cases", bool(components)),
        ("performed_by", bool(content.get("performed_by"))),
    ):
        if not there:
            yield Finding("sheet_item_missing", member)
    for member in ("legal_bases", "competent", "conditions", "keywords"):
        if not content.get(member):
            yield Finding("sheet_item_advised", member, "advice")


def links(content: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The links of the texts that stay in this portal: where they stand, and the path they lead to."""
    for path, phrase in texts(content):
        for language in ("vi", "en"):
            for found in LINK.finditer(str(phrase.get(language) or "")):
                yield f"{path}.{language}", found[0].rstrip(".,;:!?)")


def texts(content: Any, path: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every text of the content in both languages, with where it stands."""
    if isinstance(content, Mapping):
        if content and set(content) <= {"vi", "en"}:
            yield path, content
        else:
            for member, value in content.items():
                yield from texts(value, f"{path}.{member}" if path else str(member))
    elif isinstance(content, list):
        for number, value in enumerate(content):
            yield from texts(value, f"{path}[{number}]")


def _texts(content: Mapping[str, Any]) -> Iterator[Finding]:
    for path, phrase in texts(content):
        vi, en = phrase.get("vi"), phrase.get("en")
        if isinstance(en, str) and en == vi and VIETNAMESE.search(en):
            yield Finding("english_is_vietnamese", f"{path}.en", "advice")


def _fees(content: Mapping[str, Any]) -> Iterator[Finding]:
    """A fee must say by which of the legal bases it is taken."""
    numbers = [base["number"] for base in _list(content.get("legal_bases")) if isinstance(_member(base, "number"), str)]
    for path, fee in _every_fee(content):
        basis, amount = fee.get("basis"), fee.get("amount")
        if isinstance(basis, str) and basis not in numbers:
            yield Finding("basis_unknown", f"{path}.basis", facts={"number": basis})
        said = str(_member(fee.get("text"), "vi") or "")
        if not basis and amount != 0 and not any(number in said for number in numbers):
            yield Finding("fee_without_basis", path, "advice")


def _every_fee(content: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    places = [("", content), *((f"offers[{n}].", offer) for n, offer in enumerate(_list(content.get("offers"))))]
    for prefix, place in places:
        for n, channel in enumerate(_list(_member(place, "channels"))):
            for m, fee in enumerate(_list(_member(channel, "fees"))):
                if isinstance(fee, Mapping):
                    yield f"{prefix}channels[{n}].fees[{m}]", fee


def _papers(content: Mapping[str, Any], form: Form) -> Iterator[Finding]:
    """A paper that must be handed in and that the electronic form has no place for."""
    asked = {field.component for field in form.fields if field.component}
    if not asked:
        return
    for n, case in enumerate(_list(content.get("cases"))):
        for m, part in enumerate(_list(_member(case, "components"))):
            if _member(part, "required") is True and part.get("key") not in asked:
                yield Finding("component_not_asked", f"cases[{n}].components[{m}]", "advice")


def _templates(content: Mapping[str, Any], known: Known) -> Iterator[Finding]:
    """A file that people are to download must be here, and be what its name says."""
    for path, file in templates_named.named(content):
        found = known.templates.get(file.sha256)
        if found is None:
            yield Finding("template_missing", path, facts={"name": file.name})
        elif not found.may_be_called(file.name):
            yield Finding("template_of_other_kind", path, facts={"name": file.name})


def _links(content: Mapping[str, Any], known: Known) -> Iterator[Finding]:
    for path, link in links(content):
        procedure = PROCEDURE_LINK.match(link)
        dead = procedure[1] not in known.procedures if procedure else known.leads is not None and not known.leads(link)
        if dead:
            yield Finding("link_dead", path, "advice", {"code": link})


def _field_paths(content: Mapping[str, Any]) -> dict[str, str]:
    return {
        field["key"]: f"form.sections[{n}].fields[{m}]"
        for n, section in enumerate(content["form"]["sections"])
        for m, field in enumerate(section["fields"])
    }


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _member(value: Any, member: str) -> Any:
    return value.get(member) if isinstance(value, Mapping) else None


def _relations(content: Mapping[str, Any], known: Known) -> Iterator[Finding]:
    for number, code in enumerate(_list(content.get("related"))):
        if isinstance(code, str) and code not in known.procedures:
            yield Finding("related_unknown", f"related[{number}]", "advice", {"code": code})
    for path, agency in _agencies(content):
        if agency not in known.agencies:
            yield Finding("agency_unknown", path, facts={"agency": agency})
        elif (ended := known.agencies[agency]) is not None and ended <= known.on:
            yield Finding("agency_ended", path, "advice", {"agency": agency, "on": ended})


def _agencies(content: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    places: list[tuple[str, Any]] = [("received_by", content.get("received_by"))]
    offers = content.get("offers")
    places += [(f"offers[{n}]", offer) for n, offer in enumerate(offers if isinstance(offers, list) else ())]
    for path, place in places:
        agencies = place.get("agencies") if isinstance(place, Mapping) else None
        for number, agency in enumerate(agencies if isinstance(agencies, list) else ()):
            if isinstance(agency, str):
                yield f"{path}.agencies[{number}]", agency
