"""What a file says of one procedure, and how that becomes a whole content: nothing it does not say is made up.

Over what is published: members that the file does not name stay, the form always does, and an English text stays where
the Vietnamese it belongs to stays.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from portal.exchange.problems import Problem, Severity, shortened
from portal.exchange.tables import Row
from portal.procedures import findings, schema

RECEIVING = {
    "commune": ["commune", "ward", "township"],
    "district": ["district", "city", "town"],
    "province": ["department"],
}
EMPTY: Mapping[str, Any] = {
    "confidence": "s",
    "summary": {"vi": "", "en": ""},
    "service_level": "information",
    "audience": [],
    "steps": [],
    "cases": [{"name": None, "components": []}],
    "channels": [],
    "result": {"vi": "", "en": ""},
    "legal_bases": [],
    "form": {"sections": []},
}
NUMBERED = "giay_to_"
STAYING = ("key", "template", "templates")
ADVISED = {"summary": "Mô tả", "channels": "Cách thức thực hiện", "legal_bases": "Căn cứ pháp lý"}


@dataclass(frozen=True, slots=True)
class Saying:
    """`members` as a procedure file has them; `row` where they stand in a table, None in JSON (then at `path`)."""

    code: str
    members: Mapping[str, Any]
    row: Row | None = None
    path: str = ""

    def problem(
        self, member: str, code: str, *, value: object = "", about: str = "", severity: Severity = "error"
    ) -> Problem:
        if self.row is not None:
            key = re.split(r"[.\[]", member)[0]
            return self.row.problem(key, code, value=value, about=about, severity=severity)
        path = f"{self.path}.{member}".strip(".")
        return Problem(code, path=path, value=shortened(value), about=about, severity=severity)


def content(saying: Saying, *, based_on: Mapping[str, Any] | None, today: str) -> dict[str, Any]:
    """The whole content for a manuscript, over the newest revision or over nothing."""
    members = {name: value for name, value in saying.members.items() if value not in (None, [])}
    if based_on is None:
        level = members.get("level", "commune")
        begun: dict[str, Any] = {**EMPTY, "level": level, "received_by": {"kinds": RECEIVING[level]}}
        whole = {"code": saying.code, "revision": 1, "valid_from": today, **begun, **members}
    else:
        whole = {**based_on, **{name: _over(based_on.get(name), value) for name, value in members.items()}}
        whole["cases"] = _cases_over(based_on["cases"], members["cases"]) if "cases" in members else based_on["cases"]
        whole["revision"] = based_on["revision"] + 1
        whole["valid_from"] = members.get("valid_from", today)
        whole.pop("valid_to", None)
    _tell_components_apart(whole["cases"])
    return schema.in_order(whole)


def _tell_components_apart(cases: list[Any]) -> None:
    """A component that keeps its key from before goes before one that was only numbered."""
    for case in cases:
        taken: set[str] = set()
        for component in sorted(case["components"], key=lambda one: one["key"].startswith(NUMBERED)):
            key, number = component["key"], 1
            while key in taken:
                key, number = f"{NUMBERED}{number}", number + 1
            component["key"] = key
            taken.add(key)


def _over(old: Any, new: Any) -> Any:
    """The new value, with the English of an old one that says the same in Vietnamese."""
    if isinstance(old, dict) and isinstance(new, dict):
        if set(new) == {"vi", "en"}:
            return {"vi": new["vi"], "en": new["en"] or (old.get("en", "") if old.get("vi") == new["vi"] else "")}
        # What a form says of a component stays true; what people download stays where nothing takes its place.
        kept = {name: old[name] for name in STAYING if name in old and (name == "key" or name not in new)}
        return {name: _over(old.get(name), value) for name, value in new.items()} | kept
    if isinstance(old, list) and isinstance(new, list):
        return [_over(_same(old, item), item) for item in new]
    return new


def _cases_over(old: list[Any], new: list[Any]) -> list[Any]:
    """A paper is the one of its name in the same case, else in any case: a form asks for it by its key."""
    elsewhere = [component for case in old for component in case["components"]]
    found = []
    for case in new:
        before = _same(old, case) or {"name": None, "components": []}
        papers = [*before["components"], *elsewhere]
        components = [_over(_same(papers, component), component) for component in case["components"]]
        found.append({"name": _over(before["name"], case["name"]), "components": components})
    return found


def _same(old: list[Any], item: Any) -> Any:
    """What an item of a list was before: the one of the same Vietnamese name; a case without a name is that without."""
    name = _vietnamese(item) if isinstance(item, dict) else None
    if name is None and "components" not in item:
        return None
    return next((other for other in old if isinstance(other, dict) and _vietnamese(other) == name), None)


def _vietnamese(item: Mapping[str, Any]) -> Any:
    name = item.get("name") or item.get("text")
    return item.get("vi") or item.get("channel") or (name.get("vi") if isinstance(name, dict) else None)


def checked(saying: Saying) -> Iterator[Problem]:
    """What the parts do not say of themselves: shape of the whole, missing English, what had better be there."""
    whole = content(saying, based_on=None, today="2020-01-01")
    filled, places = _filled_in(whole, "")
    if places:
        yield saying.problem(places[0], "missing_english", about=str(len(places)), severity="advice")
    for name, heading in ADVISED.items():
        if not saying.members.get(name):
            yield saying.problem(name, "missing_advised", about=heading, severity="advice")
    for fault in schema.faults(filled):
        if re.split(r"[.\[]", fault.path)[0] in saying.members:  # what is not said at all was said where it is missing
            for finding in findings.of_fault(fault):
                yield replace(saying.problem(finding.path, "does_not_fit", about=finding.code), facts=finding.facts)


def _filled_in(value: Any, path: str) -> tuple[Any, list[str]]:
    """The same with something in every empty English text, and the paths of those; empty texts of both stay out."""
    if isinstance(value, dict):
        if set(value) == {"vi", "en"}:
            missing = [path] if value["vi"] and not value["en"] else []
            return {"vi": value["vi"] or "-", "en": value["en"] or "-"}, missing
        parts = {name: _filled_in(item, f"{path}.{name}".strip(".")) for name, item in value.items()}
        return {name: part for name, (part, _) in parts.items()}, [one for _, found in parts.values() for one in found]
    if isinstance(value, list):
        items = [_filled_in(item, f"{path}[{number}]") for number, item in enumerate(value)]
        return [part for part, _ in items], [one for _, found in items for one in found]
    return value, []
