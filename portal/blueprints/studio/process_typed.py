"""One step of a process as its form sends it, and as the form shows it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import request
from flask_babel import gettext

from portal.procedures import characters
from portal.process_words import hours_number, role_words, way_words
from portal.processes import editing
from portal.processes.definition import END, LEADING, RECEIVING, ROLES, SUPERIOR, UNITS

_: Callable[..., str] = gettext
LONGEST = 400
AGENCY = "agency"  # a unit named by its code
Step = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in the inputs, by their names, and what is wrong with it."""

    raw: Mapping[str, str]
    errors: dict[str, str] = field(default_factory=dict)

    def both(self) -> dict[str, list[str]]:
        """As the studio's macros take texts in two languages."""
        return {name: [value] for name, value in self.raw.items()}


def inputs() -> list[str]:
    return ["name-vi", "name-en", "role", "unit", "agency", "hours", *(f"to-{act.value}" for act in LEADING)]


def typed() -> Typed:
    """What was sent, through the door for typed text."""
    form = Typed({name: request.form.get(name, "").strip()[:LONGEST] for name in inputs()})
    cleaned = {}
    for name, text in form.raw.items():
        try:
            cleaned[name] = characters.clean(text)
        except characters.Unreadable:
            form.errors[name] = _("Có ký tự ẩn không dùng được. Hãy xóa đi và gõ lại.")
    return Typed({**form.raw, **cleaned}, form.errors)


def of_step(step: Step | None) -> Typed:
    """An empty form, or one that says what the step says."""
    if step is None:
        return Typed({"role": "specialist", "unit": RECEIVING})
    raw = {"name-vi": step["name"]["vi"], "name-en": step["name"]["en"], "role": step["role"]}
    named = step["unit"] not in UNITS
    raw |= {"unit": AGENCY if named else step["unit"], "agency": step["unit"] if named else ""}
    raw["hours"] = "" if step["hours"] is None else hours_number(round(step["hours"] * 60))
    return Typed(raw | {f"to-{way['act']}": way["to"] for way in step["acts"]})


def read(form: Typed, *, key: str | None, steps: Sequence[Step]) -> Step | None:
    """The step; None where something is wrong, which then stands in the form's `errors`."""
    raw, errors = form.raw, form.errors
    for lang, words in (("vi", _("Hãy ghi tên bước bằng tiếng Việt.")), ("en", _("Hãy ghi tên bước bằng tiếng Anh."))):
        if not raw[f"name-{lang}"]:
            errors[f"name-{lang}"] = words
        elif len(raw[f"name-{lang}"]) > 160:
            errors[f"name-{lang}"] = _("Dài quá %(most)s ký tự. Hãy viết ngắn lại.", most=160)
    if raw["role"] not in ROLES:
        errors["role"] = _("Hãy chọn vai trò làm bước này.")
    unit = raw["agency"].upper() if raw["unit"] == AGENCY else raw["unit"]
    if not unit:
        errors["agency"] = _("Hãy ghi mã đơn vị, ví dụ H06.15.")
    hours = _hours(raw["hours"], errors)
    if errors:
        return None
    acts = [{"act": act.value, "to": raw[f"to-{act.value}"]} for act in LEADING if raw[f"to-{act.value}"]]
    name = {"vi": raw["name-vi"], "en": raw["name-en"]}
    own = key or editing.key_for(steps, name["en"])
    return {"key": own, "name": name, "role": raw["role"], "unit": unit, "hours": hours, "acts": acts}


def _hours(written: str, errors: dict[str, str]) -> int | float | None:
    if not written:
        return None
    try:
        halves = float(written.replace(",", ".")) * 2
    except ValueError:
        halves = 0
    if not 1 <= halves <= 4000 or halves != int(halves):
        errors["hours"] = _("Hãy ghi số giờ làm việc theo nửa giờ, ví dụ 4 hoặc 0,5. Để trống nếu không tính giờ.")
        return None
    return int(halves) // 2 if halves % 2 == 0 else halves / 2


@dataclass(frozen=True, slots=True)
class Choices:
    """What the form lets one choose from."""

    roles: list[tuple[str, str]]
    units: list[tuple[str, str]]
    ways: list[tuple[str, str, list[tuple[str, str]]]]  # input, label, where it may lead


def choices(steps: Sequence[Step], lang: str) -> Choices:
    others = [(step["key"], f"{number}. {step['name'][lang]}") for number, step in enumerate(steps, 1)]
    words = way_words()
    units = [
        (RECEIVING, _("Đơn vị tiếp nhận")),
        (SUPERIOR, _("Cấp trên của đơn vị tiếp nhận")),
        (AGENCY, _("Đơn vị có mã ghi dưới đây")),
    ]
    end = [(END, _("Kết thúc quy trình"))]
    ways = [
        (f"to-{act.value}", words[act], others + (end if act.value in ("resolved", "returned") else []))
        for act in LEADING
    ]
    return Choices(list(role_words().items()), units, ways)
