"""The national catalogue's `LayThuTuc` answer, read with patience: names of members in any case, every scalar as text.

A document is one procedure, a list of them, or the answer around either (`{error_code, result}`). What we do not know
is left alone; what we know and cannot use is a problem at its path.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from portal.exchange import cells, choices
from portal.exchange.cells import Misfit
from portal.exchange.layout import folded
from portal.exchange.problems import Problem, Severity, Unreadable, shortened
from portal.exchange.saying import NUMBERED, Saying, checked
from portal.exchange.sheets import Reading

LARGEST_FILE = 10 * 1024 * 1024
MOST_PROCEDURES = 8000
CHANNELS = {"1": "counter", "2": "online", "3": "post"}
NOTHING = ("khong co thong tin", "khong quy dinh", "khong co")
PUBLIC = "1"
LINK = re.compile(r"https?://[^\s<>\"]+")
LONGEST_LINK, LONGEST_LINK_NAME = 1000, 200


def read(data: bytes) -> Reading:
    """Raises Unreadable where it is no such document at all."""
    if len(data) > LARGEST_FILE:
        raise Unreadable("too_large", f"{LARGEST_FILE // (1024 * 1024)}\u00a0MB")
    try:
        document = json.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise Unreadable("not_utf8") from error
    except RecursionError as error:
        raise Unreadable("too_deep") from error
    except ValueError as error:
        raise Unreadable("not_json", str(getattr(error, "lineno", 1))) from error
    return of_document(document)


def of_document(document: Any) -> Reading:
    items = list(_items(document, ""))
    if not items:
        raise Unreadable("nothing")
    if len(items) > MOST_PROCEDURES:
        raise Unreadable("too_large", str(MOST_PROCEDURES))
    problems: list[Problem] = []
    sayings: dict[str, Saying] = {}
    for path, item in items:
        saying = _Item(item, path, problems).saying()
        if saying is not None and saying.code in sayings:
            problems.append(Problem("duplicate", path=path, value=saying.code, about=sayings[saying.code].path))
        elif saying is not None:
            sayings[saying.code] = saying
            problems += checked(saying)
    return Reading(tuple(sayings.values()), tuple(problems))


def _items(document: Any, path: str) -> Iterator[tuple[str, Any]]:
    if isinstance(document, list):
        for number, item in enumerate(document):
            yield f"{path}[{number}]", item
        return
    inner = _upper(document).get("RESULT") if isinstance(document, dict) else None
    if inner is not None:
        yield from _items(inner, "result") if isinstance(inner, list) else [("result", inner)]
    elif document:
        yield path, document


def _upper(item: Mapping[str, Any]) -> dict[str, Any]:
    return {str(key).upper(): value for key, value in item.items()}


@dataclass(slots=True)
class _Item:
    """An object at its path; `path` names members as the document does not, in capitals."""

    item: Any
    path: str
    problems: list[Problem]
    members: dict[str, Any] = field(init=False)

    def __post_init__(self) -> None:
        self.members = _upper(self.item) if isinstance(self.item, dict) else {}
        if not isinstance(self.item, dict):
            self.complain("", "not_an_object", self.item)

    def complain(self, name: str, code: str, value: object = "", about: str = "", severity: Severity = "error") -> None:
        path = f"{self.path}.{name}".strip(".") if name else self.path
        self.problems.append(Problem(code, path=path, value=shortened(value), about=about, severity=severity))

    def text(self, name: str) -> str:
        """The member as text; empty where it is missing or says that there is nothing."""
        value = self.members.get(name)
        if isinstance(value, list | dict):
            self.complain(name, "not_text", type(value).__name__)
            return ""
        try:
            found = cells.text(value)
        except Misfit as misfit:
            self.complain(name, misfit.code, value, misfit.about)
            return ""
        return "" if folded(found) in NOTHING else found

    def both(self, name: str) -> dict[str, str] | None:
        found = self.text(name)
        return {"vi": found, "en": ""} if found else None

    def whole(self, name: str, *, most: int, otherwise: int) -> int:
        found = self.text(name)
        if not found:
            return otherwise
        try:
            return cells.number(found, most=most)
        except Misfit as misfit:
            self.complain(name, misfit.code, found, misfit.about)
            return otherwise

    def list(self, name: str) -> "list[_Item]":
        value = self.members.get(name)
        if value is None or value == "":
            return []
        if isinstance(value, dict):
            return [_Item(value, f"{self.path}.{name}".strip("."), self.problems)]
        if not isinstance(value, list):
            self.complain(name, "not_a_list", value)
            return []
        return [
            _Item(one, f"{self.path}.{name}[{number}]".strip("."), self.problems) for number, one in enumerate(value)
        ]

    def saying(self) -> Saying | None:
        """What this procedure says; None without a code."""
        try:
            code = cells.code(self.members.get("MATTHC"))
        except (Misfit, TypeError):
            self.complain("MATTHC", "not_a_code", self.members.get("MATTHC") or "")
            return None
        if self.text("TRANGTHAI") not in ("", PUBLIC):
            self.complain("TRANGTHAI", "not_public", self.text("TRANGTHAI"), severity="advice")
        if not self.text("TENTTHC"):
            self.complain("TENTTHC", "missing")
        found = {name: read(self) for name, read in MEMBERS.items()}
        return Saying(code, {name: value for name, value in found.items() if value not in (None, [])}, path=self.path)


def _field(item: _Item) -> str | None:
    """The first field that the catalogue knows, by code or name; others are advised about."""
    for one in item.list("LINHVUCTHUCHIEN"):
        for name in ("MALINHVUC", "TENLINHVUC"):
            found = choices.choose("field", one.text(name)) if one.text(name) else None
            if found:
                return found
        one.complain("TENLINHVUC", "unknown_field", one.text("TENLINHVUC"), severity="advice")
    return None


def _level(item: _Item) -> str | None:
    written = item.text("CAPTHUCHIEN")
    return choices.choose("level", written) if written else None


def _audience(item: _Item) -> list[str]:
    found = []
    for one in item.list("DOITUONGTHUCHIEN"):
        written = one.text("TENDOITUONG")
        known = choices.choose("audience", written)
        if known is None and written:
            one.complain("TENDOITUONG", "not_a_choice", written, choices.allowed("audience"), "advice")
        found.append(known)
    return list(dict.fromkeys(key for key in found if key))


def _names(name: str, member: str) -> Callable[[_Item], dict[str, str] | None]:
    def read(item: _Item) -> dict[str, str] | None:
        found = "; ".join(filter(None, (one.text(member) for one in item.list(name))))
        return {"vi": found, "en": ""} if found else None

    return read


def _result_code(item: _Item) -> str | None:
    results = item.list("KETQUATHUCHIEN")
    return (results[0].text("MAKETQUA") or None) if results else None


def _steps(item: _Item) -> list[dict[str, str]]:
    """Cases come one after the other, each under its name where it has one."""
    found = []
    for case in item.list("TRINHTUTHUCHIEN"):
        name = case.text("TRUONGHOP")
        texts = [one.text("TENTRINHTU") for one in case.list("TRINHTU")]
        found += [
            f"{name}: {text}" if name and number == 0 else text for number, text in enumerate(filter(None, texts))
        ]
    return [{"vi": text, "en": ""} for text in found]


def _cases(item: _Item) -> list[dict[str, Any]]:
    found, number = [], 0
    for case in item.list("THANHPHANHOSO"):
        components = []
        for paper in case.list("GIAYTO"):
            number += 1
            name = paper.both("TENGIAYTO")
            if name is None:
                paper.complain("TENGIAYTO", "missing")
                continue
            copies = paper.whole("SOBANSAO", most=99, otherwise=0)
            component = {
                "key": f"{NUMBERED}{number}",
                "name": name,
                "form_name": paper.both("TENMAUDON"),
                "originals": paper.whole("SOBANCHINH", most=99, otherwise=0 if copies else 1),
                "copies": copies,
                "required": True,
                "note": None,
                **_link(paper),
            }
            components.append(component)
        found.append({"name": case.both("TRUONGHOP"), "components": components})
    return found


def _link(paper: _Item) -> dict[str, Any]:
    """Where the blank form lies; the link is kept, what lies there is never fetched."""
    address = paper.text("URL")
    if not address:
        return {}
    if len(address) > LONGEST_LINK or not LINK.fullmatch(address):
        paper.complain("URL", "does_not_fit", address, "https://...", severity="advice")
        return {}
    name = paper.text("TENMAUDON") or urlsplit(address).path.rpartition("/")[2] or address
    return {"template": {"name": name[:LONGEST_LINK_NAME], "url": address}}


def _channels(item: _Item) -> list[dict[str, Any]]:
    """The first term of a channel counts; others of the same channel are said in its words."""
    found: dict[str, dict[str, Any]] = {}
    for one in item.list("CACHTHUCTHUCHIEN"):
        written = one.text("KENH")
        channel = CHANNELS.get(written) or choices.choose("channel", written)
        if channel is None:
            one.complain("KENH", "not_a_choice", written, choices.allowed("channel"))
        elif channel in found:
            one.complain("KENH", "duplicate_channel", written)
        elif times := one.list("THOIGIAN"):
            term = _term(times[0])
            if term:
                fees = [fee for time in times for paid in time.list("PHILEPHI") if (fee := _fee(paid))]
                found[channel] = {"channel": channel, "term": term, "fees": fees}
        else:
            one.complain("THOIGIAN", "missing")
    return list(found.values())


def _term(item: _Item) -> dict[str, Any] | None:
    unit = choices.choose("unit", item.text("DONVITINH"))
    if unit is None:
        item.complain("DONVITINH", "unknown_term_unit", item.text("DONVITINH"), choices.allowed("unit"))
        return None
    number = item.whole("THOIGIANGIAIQUYET", most=3650, otherwise=0)
    if not number and unit != "same_day":
        item.complain("THOIGIANGIAIQUYET", "missing")
        return None
    return {"number": 1 if unit == "same_day" else number, "unit": unit, "text": item.both("MOTA")}


def _fee(item: _Item) -> dict[str, Any] | None:
    """A fee without an amount lives by its words; one without either is none."""
    text = item.both("MOTA")
    if item.text("SOTIEN"):
        return {"amount": item.whole("SOTIEN", most=1_000_000_000_000, otherwise=0), "text": text}
    return {"amount": None, "text": text} if text else None


def _legal_bases(item: _Item) -> list[dict[str, Any]]:
    found = []
    for one in item.list("CANCUPHAPLY"):
        number, name = one.text("SOVANBAN"), one.both("TENVANBAN")
        if number and name:
            found.append({"number": number, "name": name})
        else:
            one.complain("TENVANBAN" if number else "SOVANBAN", "missing")
    return found


MEMBERS: Mapping[str, Callable[[_Item], Any]] = {
    "name": lambda item: item.both("TENTTHC"),
    "field": _field,
    "level": _level,
    "audience": _audience,
    "audience_note": lambda item: item.both("MOTADOITUONGTHUCHIEN"),
    "performed_by": _names("COQUANTHUCHIEN", "TENDONVI"),
    "steps": _steps,
    "cases": _cases,
    "channels": _channels,
    "result": _names("KETQUATHUCHIEN", "TENKETQUA"),
    "result_code": _result_code,
    "conditions": lambda item: item.both("YEUCAU"),
    "legal_bases": _legal_bases,
}
