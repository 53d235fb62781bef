"""Is a procedure file right? Its shape by `schema.json`, then what the parts say about each other."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from portal.clock import local_day
from portal.procedures import hidden, instants, parsing, schema, sectors
from portal.procedures.schema import Fault
from portal.template_files.naming import is_name


def faults(content: Any) -> list[Fault]:
    """Everything wrong with one file's content; empty where it can be published."""
    return schema.faults(content) or [*_sense(content), *_form(content), *hidden.faults("", content)]


def _sense(content: Mapping[str, Any]) -> Iterator[Fault]:
    if content["field"] not in sectors.sectors():
        yield Fault("field", "unknown_sector", {"value": content["field"]})
    ends = content.get("valid_to")
    if ends and ends <= content["valid_from"]:
        yield Fault("valid_to", "valid_to_too_early")
    yield from _beginning(content)
    if content["code"] in content.get("related", ()):
        yield Fault("related", "related_itself")
    names = [channel["channel"] for channel in content["channels"]]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield Fault("channels", "channel_twice", {"channel": name})
    for number, case in enumerate(content["cases"]):
        keys = [component["key"] for component in case["components"]]
        for key in sorted({key for key in keys if keys.count(key) > 1}):
            yield Fault(f"cases[{number}].components", "key_twice", {"key": key})
        for at, component in enumerate(case["components"]):
            yield from _template_names(f"cases[{number}].components[{at}].templates", component.get("templates", ()))
    if content["service_level"] != "information" and "online" in names and not content["form"]["sections"]:
        yield Fault("form.sections", "online_without_form")


def _template_names(path: str, files: Sequence[Mapping[str, Any]]) -> Iterator[Fault]:
    names = [file["name"] for file in files]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield Fault(path, "template_twice", {"name": name})
    for number, name in enumerate(names):
        if not is_name(name):
            yield Fault(f"{path}[{number}].name", "template_name", {"value": name})


def _beginning(content: Mapping[str, Any]) -> Iterator[Fault]:
    try:
        day = local_day(instants.begins_at(content))
    except ValueError:
        yield Fault("begins_at", "not_an_instant")
    else:
        if day.isoformat() != content["valid_from"]:
            yield Fault("begins_at", "begins_on_another_day")


def _form(content: Mapping[str, Any]) -> Iterator[Fault]:
    form = parsing.build(content["form"])
    for fault in parsing.sense_faults(content["form"], form):
        yield replace(fault, path=f"form.{fault.path}")
    papers = {component["key"] for case in content["cases"] for component in case["components"]}
    for s, section in enumerate(form.sections):
        for f, field in enumerate(section.fields):
            if field.component is not None and field.component not in papers:
                path = f"form.sections[{s}].fields[{f}].component"
                yield Fault(path, "component_unknown", {"key": field.component})
