"""Internal processes in words: roles, acts, units, hours, and what is wrong with one."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext, ngettext

from portal import fault_words
from portal.dossiers.vocabulary import Act
from portal.i18n import language
from portal.procedures import findings
from portal.procedures.findings import Finding
from portal.procedures.schema import Fault
from portal.processes import roads
from portal.processes.definition import END, RECEIVING, SUPERIOR, Process, Step, hours_of
from portal.processes.drawing import Picture, Shown, draw
from portal.processes.editing import Change
from portal.units.queries import Unit

_: Callable[..., str] = gettext
PLACE = re.compile(r"steps\[(\d+)\]")


@dataclass(frozen=True, slots=True)
class TableLine:
    """A step in words; `ways` are what may be done and to where it leads."""

    number: int
    key: str
    name: str
    role: str
    unit: str
    hours: str
    ways: list[tuple[str, str]]


def role_words() -> Mapping[str, str]:
    return {
        "receiver": _("Bộ phận Một cửa"),
        "specialist": _("Chuyên viên"),
        "leader": _("Lãnh đạo"),
    }


def way_words() -> Mapping[Act, str]:
    """What is done in a step, as the table and the picture say it."""
    return {
        Act.TAKEN_UP: _("Nhận xử lý"),
        Act.ASSIGNED: _("Giao cho đồng nghiệp"),
        Act.PASSED: _("Chuyển đơn vị"),
        Act.PROPOSED: _("Trình lãnh đạo"),
        Act.APPROVED: _("Duyệt"),
        Act.SENT_BACK: _("Trả lại"),
        Act.RESOLVED: _("Ghi kết quả"),
        Act.RETURNED: _("Trả kết quả"),
    }


def unit_words(word: str, names: Mapping[str, Unit]) -> str:
    """Whose step it is: the receiving unit, the one above it, or an agency by name."""
    if word == RECEIVING:
        return _("Đơn vị tiếp nhận")
    if word == SUPERIOR:
        return _("Cấp trên của đơn vị tiếp nhận")
    return names[word].name_in(language()) if word in names else word


def hours_words(minutes: int | None) -> str:
    """The time for a step; empty where none is counted."""
    if minutes is None:
        return ""
    many = 1 if minutes <= 60 else 2
    return str(ngettext("%(hours)s giờ làm việc", "%(hours)s giờ làm việc", many, hours=hours_number(minutes)))


def hours_number(minutes: int) -> str:
    written = f"{hours_of(minutes) or 0:g}"
    return written.replace(".", ",") if language() == "vi" else written


def way_lines(process: Process, step: Step) -> list[tuple[str, str]]:
    """What may be done in the step, and to where it leads."""
    acts = way_words()
    return [(acts[way.act], _to(process, way.to)) for way in step.ways]


def _to(process: Process, key: str) -> str:
    if key == END:
        return _("xong")
    number = process.number(key)
    return _("sang bước %(n)s", n=number) if number else _("chưa rõ sang đâu")


def fault_line(fault: Fault) -> Iterator[str]:
    """Where in which file, what is wrong and what to do; a line for each thing."""
    for finding in findings.of_fault(fault):
        place = place_words(finding.path)
        yield ": ".join(part for part in (fault.file, place, sentence(finding)) if part)


def place_words(path: str) -> str:
    """Which step it is about, or the decision; empty for what is about the whole."""
    if path.startswith("decision"):
        return _("Quyết định")
    found = PLACE.match(path)
    return _("Bước %(n)s", n=int(found[1]) + 1) if found else ""


def sentence(finding: Finding) -> str:
    """The words of one finding, without its place."""
    facts: dict[str, Any] = dict(finding.facts)
    acts = {act.value: words for act, words in way_words().items()}
    if "act" in facts:
        facts["act"] = acts.get(facts["act"], facts["act"])
    if "role" in facts:
        facts["role"] = role_words().get(facts["role"], facts["role"])
    return fault_words.sentence(finding.code, facts, {**_of_steps(), **_of_roads(), **_against()})


def _of_steps() -> Mapping[str, str]:
    return {
        "step_twice": _("hai bước có cùng mã “%(key)s”, hãy đổi một."),
        "act_twice": _("việc “%(act)s” có hai lần, hãy bỏ một."),
        "first_elsewhere": _("bước đầu phải ở đơn vị tiếp nhận, vì hồ sơ bắt đầu từ đó. Hãy sửa đơn vị."),
        "role_may_not": _("%(role)s không làm được việc “%(act)s”. Hãy bỏ việc này, hoặc giao bước cho vai trò khác."),
        "leads_nowhere": _("việc “%(act)s” dẫn tới một bước không có. Hãy chọn lại bước tiếp theo."),
        "ends_undecided": _(
            "việc “%(act)s” kết thúc quy trình khi chưa có kết quả. Hãy chọn bước tiếp theo; "
            "chỉ “Ghi kết quả” và “Trả kết quả” mới kết thúc được."
        ),
        "result_elsewhere": _("sau khi ghi kết quả, hồ sơ về đơn vị tiếp nhận. Bước “%(to)s” phải ở đơn vị tiếp nhận."),
        "passed_to_itself": _("chuyển sang bước “%(to)s” là ở lại cùng đơn vị. Hãy dùng việc khác, hoặc đổi đơn vị."),
        "not_passed": _(
            "bước “%(to)s” ở đơn vị khác, mà việc “%(act)s” không chuyển hồ sơ đi. Hãy dùng “Chuyển đơn vị”."
        ),
    }


def _of_roads() -> Mapping[str, str]:
    return {
        "nothing_resolves": _("không bước nào ghi kết quả. Hãy thêm việc “Ghi kết quả” vào một bước."),
        "no_end": _("không đường nào đi tới hết quy trình. Hãy cho “Trả kết quả” kết thúc quy trình."),
        "unreachable": _("không bước nào dẫn tới bước “%(name)s”. Hãy nối vào, hoặc bỏ bước này."),
        "no_way_on": _("hồ sơ ở bước “%(name)s” không đi tiếp được. Hãy thêm việc dẫn sang bước khác."),
        "no_way_on_proposed": _(
            "hồ sơ tới bước “%(name)s” khi đang trình lãnh đạo thì không đi tiếp được. "
            "Hãy thêm “Duyệt” hoặc “Trả lại”, do lãnh đạo làm."
        ),
        "no_way_on_approved": _(
            "hồ sơ tới bước “%(name)s” khi đã được duyệt thì không đi tiếp được. Hãy thêm một việc."
        ),
        "no_way_on_decided": _(
            "hồ sơ tới bước “%(name)s” khi đã có kết quả thì không đi tiếp được. Hãy thêm “Trả kết quả”."
        ),
        "no_way_out": _("từ bước “%(name)s” hồ sơ chỉ đi vòng, không bao giờ xong. Hãy thêm một đường ra."),
        "never_possible": _(
            "việc “%(act)s” không bao giờ làm được ở bước này (ví dụ: chưa ai trình thì không duyệt được). "
            "Hãy bỏ, hoặc sửa bước trước."
        ),
    }


def _against() -> Mapping[str, str]:
    return {
        "over_the_term": _(
            "các bước cộng lại %(hours)s giờ làm việc, quá thời hạn đã công bố của thủ tục (%(limit)s giờ). "
            "Hãy giảm giờ."
        ),
        "unit_unknown": _("không có đơn vị nào mang mã %(value)s. Hãy xem lại mã."),
        "unit_means_none": _(
            "với hồ sơ nộp tại %(value)s, đơn vị của bước này không còn hoặc đã chia. Hãy chọn đơn vị khác."
        ),
        "one_unit_there": _(
            "với hồ sơ nộp tại %(value)s, bước này và bước “%(to)s” ở cùng một đơn vị nên không chuyển được. "
            "Hãy soạn quy trình riêng cho đơn vị đó."
        ),
        "procedure_unknown": _("cổng chưa công bố thủ tục %(value)s."),
        "agency_not_receiving": _("đơn vị %(value)s không tiếp nhận thủ tục này."),
        "published_otherwise": _("cổng đã công bố bản %(number)s khác với tệp, tệp không được nạp. Hãy soạn bản mới."),
        "version_published": _("bản %(number)s đã công bố nên không sửa được nữa. Hãy ghi thành bản %(next)s."),
        "begins_before_another": _("phải sau lúc bản %(number)s bắt đầu áp dụng (%(begins_at)s)."),
        "begins_in_the_past": _("đã qua. Hãy chọn một thời điểm sau lúc này, hoặc công bố ngay."),
        "overtaken_by_version": _(
            "bản %(number)s đã được công bố trong lúc soạn. Hãy bỏ bản thảo này rồi soạn lại từ bản đó."
        ),
        "decision_number_missing": _("hãy ghi số quyết định."),
    }


def table_lines(process: Process, names: Mapping[str, Unit]) -> list[TableLine]:
    """The steps as the table beside the picture has them."""
    roles = role_words()
    return [
        TableLine(
            number=number,
            key=step.key,
            name=step.name.in_(language()),
            role=roles[step.role],
            unit=unit_words(step.unit, names),
            hours=hours_words(step.minutes),
            ways=way_lines(process, step),
        )
        for number, step in enumerate(process.steps, 1)
    ]


def picture(process: Process, names: Mapping[str, Unit]) -> Picture:
    """The drawing in the page's language."""
    places = {END: len(process.steps), **{step.key: place for place, step in enumerate(process.steps)}}
    shown = []
    for line, step in zip(table_lines(process, names), process.steps, strict=True):
        facts = [f"{line.role}, {line.unit}", *([line.hours] if line.hours else [])]
        here = places[step.key] + 1
        acts = way_words()
        ways = [(acts[way.act], places[way.to]) for way in step.ways if way.to in places]
        line_ways = zip(line.ways, step.ways, strict=True)
        jumps = [f"{act}: {to}" for (act, to), way in line_ways if places.get(way.to) != here]
        shown.append(Shown(line.name, facts, ways, jumps))
    return draw(shown, end=_("Xong"))


def picture_words(process: Process) -> str:
    """What the picture shows, for who cannot see it; the table says it whole."""
    minutes, _way = roads.longest(process)
    if not minutes:
        return _("Các bước nối nhau từ trên xuống; bảng nêu đủ từng bước.")
    return _(
        "%(n)s bước nối nhau từ trên xuống, đường dài nhất đến lúc có kết quả là %(hours)s giờ làm việc; "
        "bảng nêu đủ từng bước.",
        n=len(process.steps),
        hours=hours_number(minutes),
    )


def change_words(change: Change, names: Mapping[str, Unit]) -> str:
    """What is different about a step, in one line."""
    name = change.name[language()]
    whole = {
        "added": _("Thêm bước “%(name)s”.", name=name),
        "removed": _("Bỏ bước “%(name)s”.", name=name),
        "moved": _("Bước “%(name)s” đổi chỗ.", name=name),
    }
    if change.what in whole:
        return whole[change.what]
    before, after = (_member(change.what, value, names) for value in (change.before, change.after))
    labels = {
        "name": _("tên"),
        "role": _("vai trò"),
        "unit": _("đơn vị"),
        "hours": _("thời gian"),
        "acts": _("việc"),
    }
    return _(
        "Bước “%(name)s”, %(what)s: %(before)s → %(after)s.",
        name=name,
        what=labels[change.what],
        before=before,
        after=after,
    )


def _member(what: str, value: Any, names: Mapping[str, Unit]) -> str:
    if what == "name":
        return f"{value['vi']} / {value['en']}"
    if what == "role":
        return role_words()[value]
    if what == "unit":
        return unit_words(value, names)
    if what == "hours":
        return hours_words(None if value is None else round(value * 60)) or _("không tính")
    acts = way_words()
    return ", ".join(f"{acts[Act(way['act'])]} ({way['to']})" for way in value) or "–"
