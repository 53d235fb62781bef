"""From tables to what they say of each procedure, with every problem of every row. Pure: no database, no clock."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from portal.exchange import grids, tables
from portal.exchange.grids import Grid
from portal.exchange.layout import COMPONENTS, PROCEDURES, Column
from portal.exchange.problems import Problem
from portal.exchange.saying import Saying, checked
from portal.exchange.tables import Row, Table

ALL_CHANNELS = ("online", "counter", "post")
MOST_COMPONENTS, MOST_FEES, MOST_STEPS, MOST_BASES, MOST_CASES = 60, 30, 40, 60, 20


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file says, procedure by procedure, and what is wrong with it; errors mean that nothing is imported."""

    sayings: tuple[Saying, ...]
    problems: tuple[Problem, ...]

    @property
    def errors(self) -> tuple[Problem, ...]:
        return tuple(problem for problem in self.problems if problem.severity == "error")


def read(files: Iterable[tuple[str, bytes]]) -> Reading:
    """One .xlsx, or .csv files each named as its sheet; raises Unreadable where a file is no spreadsheet."""
    return of_grids([grid for name, data in files for grid in grids.read(name, data)])


def of_grids(found: Sequence[Grid]) -> Reading:
    problems: list[Problem] = []
    known = tables.read(found, problems)
    first = _first_rows(known.get(PROCEDURES.key), problems)
    members = {code: _members(row, row.places) for code, row in first.items()}
    for key, table in known.items():
        if key != PROCEDURES.key:
            for code, rows in _by_code(table, first, problems).items():
                members[code] |= PARTS[key](rows, problems)
    if FEES in known or CHANNELS in known:
        _join_fees(members, problems)
    sayings = [Saying(code, members[code], row) for code, row in first.items()]
    problems += [problem for saying in sayings for problem in checked(saying)]
    return Reading(tuple(sayings), tuple(sorted(problems, key=lambda it: (_place(known, it.sheet), it.row or 0))))


def _place(known: Mapping[str, Table], name: str) -> int:
    names = [table.name for table in known.values()]
    return names.index(name) if name in names else -1


def _first_rows(table: Table | None, problems: list[Problem]) -> dict[str, Row]:
    """The row of each procedure; a code that comes again is a problem where it comes again."""
    found: dict[str, Row] = {}
    for row in table.rows if table else ():
        code = row.values.get("code")
        if code in found:
            problems.append(row.problem("code", "duplicate", value=code, about=str(found[code].number)))
        elif code:
            found[code] = row
    return found


def _by_code(table: Table, known: Mapping[str, Row], problems: list[Problem]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in table.rows:
        code = row.values.get("code")
        if code and code in known:
            found[code].append(row)
        elif code:
            problems.append(row.problem("code", "unknown_procedure", value=code))
    return found


def _members(row: Row, places: Mapping[str, Any]) -> dict[str, Any]:
    """The members that the first sheet says; an empty cell says nothing."""
    found: dict[str, Any] = {}
    for column in PROCEDURES.columns:
        value = _value(row, column)
        if value is None or column.key.startswith("decision_") or column.key == "code":
            continue
        found[column.key] = {"agencies": value} if column.key == "received_by" else value
    decision = {name: row.values.get(f"decision_{name}") for name in ("number", "on", "source")}
    if any(decision.values()):
        found["decision"] = decision
    return found


def _value(row: Row, column: Column) -> Any:
    value = row.values.get(column.key)
    if value is None or not column.has_english:
        return value
    return {"vi": value, "en": row.values.get(f"{column.key}.en", "")}


def _text(row: Row, key: str) -> dict[str, str] | None:
    value = row.values.get(key)
    return {"vi": value, "en": row.values.get(f"{key}.en", "")} if value else None


def _components(rows: list[Row], problems: list[Problem]) -> dict[str, Any]:
    cases: dict[str, dict[str, Any]] = {}
    for row in rows:
        if "name" not in row.values:
            continue
        case = cases.setdefault(row.values.get("case", ""), {"name": _text(row, "case"), "components": []})
        component = {
            "key": f"giay_to_{sum(len(one['components']) for one in cases.values()) + 1}",
            "name": _text(row, "name"),
            "form_name": _text(row, "form_name"),
            "originals": row.values.get("originals", 1 if "copies" not in row.values else 0),
            "copies": row.values.get("copies", 0),
            "required": row.values.get("required", True),
            "note": _text(row, "note"),
        }
        case["components"].append(component)
        if len(case["components"]) > MOST_COMPONENTS or len(cases) > MOST_CASES:
            problems.append(row.problem("name", "too_many", about=str(MOST_COMPONENTS)))
    return {"cases": list(cases.values())}


def _channels(rows: list[Row], problems: list[Problem]) -> dict[str, Any]:
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        values = row.values
        if "channel" not in values or "unit" not in values or "number" not in values:
            continue
        if values["channel"] in found:
            problems.append(row.problem("channel", "duplicate_channel", value=values["channel"]))
            continue
        number = 1 if values["unit"] == "same_day" else values["number"]
        if number < 1:
            problems.append(row.problem("number", "out_of_range", value=number, about="1–3650"))
        term = {"number": number, "unit": values["unit"], "text": _text(row, "text")}
        found[values["channel"]] = {"channel": values["channel"], "term": term, "fees": []}
    return {"channels": list(found.values())}


def _fees(rows: list[Row], problems: list[Problem]) -> dict[str, Any]:
    """Kept apart until the channels are known: a fee without one is a fee of all of them."""
    found = []
    for row in rows:
        if "amount" not in row.values and "text" not in row.values:
            problems.append(row.problem("amount", "missing"))
            continue
        fee = {"amount": row.values.get("amount"), "text": _text(row, "text")}
        found.append((row.values.get("channel"), fee, row))
    return {"fees": found}


def _join_fees(members: Mapping[str, dict[str, Any]], problems: list[Problem]) -> None:
    for found in members.values():
        fees = found.pop("fees", ())
        channels = found.get("channels", [])
        for name, fee, row in fees:
            mine = [channel for channel in channels if name in (None, channel["channel"])]
            if not mine:
                problems.append(row.problem("channel", "unknown_channel", value=name or ""))
            for channel in mine:
                channel["fees"].append(fee)
                if len(channel["fees"]) == MOST_FEES + 1:
                    problems.append(row.problem("amount", "too_many", about=str(MOST_FEES)))


def _legal_bases(rows: list[Row], problems: list[Problem]) -> dict[str, Any]:
    if len(rows) > MOST_BASES:
        problems.append(rows[MOST_BASES].problem("number", "too_many", about=str(MOST_BASES)))
    whole = [row for row in rows if "number" in row.values and "name" in row.values]
    return {"legal_bases": [{"number": row.values["number"], "name": _text(row, "name")} for row in whole]}


def _steps(rows: list[Row], problems: list[Problem]) -> dict[str, Any]:
    """In the order that the steps say, where they say one."""
    if len(rows) > MOST_STEPS:
        problems.append(rows[MOST_STEPS].problem("text", "too_many", about=str(MOST_STEPS)))
    ordered = sorted((row for row in rows if "text" in row.values), key=lambda row: row.values.get("order", row.number))
    return {"steps": [_text(row, "text") for row in ordered]}


CHANNELS, FEES = "channels", "fees"
PARTS = {
    COMPONENTS.key: _components,
    CHANNELS: _channels,
    FEES: _fees,
    "legal_bases": _legal_bases,
    "steps": _steps,
}
