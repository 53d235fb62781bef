"""From a dossier and a result template to the paper; and how marks, and what is wrong with one, are told."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import force_locale, gettext

from portal import fault_words
from portal.clock import local_day
from portal.display import is_pilot, number
from portal.dossiers.life import Outcome
from portal.dossiers.views import Dossier
from portal.i18n import language
from portal.papers import ResultFacts, ResultLine, result_paper
from portal.people import queries as people
from portal.people.queries import Officer
from portal.procedures import findings
from portal.procedures.answers import display
from portal.procedures.findings import Finding
from portal.procedures.form import Form
from portal.procedures.procedure import Procedure
from portal.procedures.schema import Fault
from portal.receipt_words import issuer, look_up_address
from portal.result_templates import markup, samples
from portal.result_templates.marks import ANSWER, FACTS, FREE, NUMBER, TYPED, UNPRINTABLE
from portal.result_templates.queries import Version
from portal.transaction import current_session
from portal.units import queries as units

_: Callable[..., str] = gettext

RECIPIENTS = "recipients"
ALWAYS = (TYPED + NUMBER, TYPED + RECIPIENTS)  # what every paper has, in its head and at its foot
Values = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Asked:
    """What the officer types: for which mark, into which input."""

    mark: str
    input: str
    label: str
    long: bool
    hint: str = ""


def mark_words() -> Mapping[str, str]:
    """What each mark stands for, but for answers: they have their questions."""
    return {**_of_facts(), **{TYPED + name: words for name, words in _of_free().items()}}


def _of_facts() -> Mapping[str, str]:
    return {
        "reference": _("Mã hồ sơ"),
        "procedure": _("Tên thủ tục"),
        "procedure_code": _("Mã thủ tục"),
        "applicant": _("Tên người nộp"),
        "applicant_number": _("Số giấy tờ hoặc mã số thuế của người nộp"),
        "applicant_born_on": _("Ngày sinh của người nộp"),
        "applicant_address": _("Địa chỉ của người nộp"),
        "unit": _("Cơ quan giải quyết"),
        "superior": _("Cơ quan cấp trên"),
        "officer": _("Người ký"),
        "officer_title": _("Chức vụ của người ký"),
        "today": _("Ngày ra văn bản"),
        "filed_on": _("Ngày nộp hồ sơ"),
        "received_on": _("Ngày tiếp nhận hồ sơ"),
        "due_on": _("Ngày hẹn trả kết quả"),
    }


def _of_free() -> Mapping[str, str]:
    return {
        "decision_number": _("Số của văn bản"),
        "registry_number": _("Số vào sổ"),
        "valid_until": _("Có giá trị đến"),
        "legal_basis": _("Căn cứ pháp lý"),
        "content": _("Nội dung quyết định"),
        "conditions": _("Điều kiện kèm theo"),
        "recipients": _("Nơi nhận văn bản"),
    }


def finding_line(finding: Finding) -> str:
    """Where, what is wrong, what to do."""
    words = fault_words.sentence(finding.code, finding.facts, _of_templates())
    place = _place(finding.path)
    return f"{place}: {words}" if place else words[:1].upper() + words[1:]


def fault_line(fault: Fault) -> Iterator[str]:
    """In which file and where, what is wrong, what to do; a line for each thing."""
    for finding in findings.of_fault(fault):
        yield ": ".join(part for part in (fault.file, finding_line(finding)) if part)


def _place(path: str) -> str:
    if path.startswith("body["):
        return _("Dòng %(n)s của mẫu", n=path.partition("[")[2].partition("]")[0])
    words = {
        "title": _("Tên văn bản"),
        "body": _("Nội dung mẫu"),
        "decision.number": _("Quyết định"),
        "decision.source": _("Quyết định"),
        "begins_at": _("Có hiệu lực"),
        "valid_from": _("Có hiệu lực"),
        "version": _("Số của bản"),
    }
    return words.get(path, path)


def _of_templates() -> Mapping[str, str]:
    return {
        "mark_unknown": _("không có trường nào tên “%(mark)s”. Hãy chọn trong danh sách các trường dùng được."),
        "mark_unknown_near": _("không có trường nào tên “%(mark)s”. Có phải “%(near)s”?"),
        "mark_not_in_form": _(
            "biểu mẫu đang áp dụng không có câu hỏi nào cho “%(mark)s”. Hãy bỏ trường này hoặc chọn câu hỏi khác."
        ),
        "mark_not_in_form_near": _("biểu mẫu đang áp dụng không có câu hỏi nào cho “%(mark)s”. Có phải “%(near)s”?"),
        "mark_unprintable": _("“%(mark)s” là tệp hoặc bản đồ, không in thành chữ được. Hãy bỏ trường này."),
        "mark_broken": _("dấu ngoặc {{ }} chưa thành một trường. Hãy viết như {{ applicant }}."),
        "bold_not_closed": _("chữ đậm mở bằng ** mà chưa đóng. Hãy thêm ** ở cuối phần đậm."),
        "too_many_lines": _("nhiều quá, nhiều nhất %(limit)s dòng."),
        "procedure_not_in_force": _("thủ tục không có bản nào đang áp dụng lúc đó, nên chưa có biểu mẫu để đối chiếu."),
        "overtaken_by_version": _(
            "bản %(number)s đã được công bố trong lúc soạn. Hãy bỏ bản thảo này rồi soạn lại từ bản đó."
        ),
        "begins_before_another": _("phải sau lúc bản %(number)s bắt đầu áp dụng (%(begins_at)s)."),
        "version_published": _("bản %(number)s đã công bố nên không sửa được nữa. Hãy ghi thành bản %(next)s."),
        "begins_in_the_past": _("đã qua. Hãy chọn một thời điểm sau lúc này, hoặc công bố ngay."),
        "decision_number_missing": _("hãy ghi số quyết định."),
    }


def asked(body: str, form: Form, known: Values) -> list[Asked]:
    """What the paper needs and the dossier does not know: free fields, and answers that nobody gave."""
    names = markup.marks(body)
    free = [Asked(TYPED + name, f"free-{name}", _of_free()[name], FREE[name]) for name in FREE]
    unanswered = sorted(name for name in names if name.startswith(ANSWER) and name not in known)
    return [
        *(one for one in free if one.mark in names or one.mark in ALWAYS),
        *(_answer(name, form) for name in unanswered),
    ]


def _answer(name: str, form: Form) -> Asked:
    key = name.removeprefix(ANSWER)
    field = form.field(key)
    hint = _("Hồ sơ không có câu trả lời này. Ghi điều cần in, hoặc dấu gạch (–).")
    return Asked(name, f"form-{key}", field.label.in_(language()) if field else key, False, hint)


def signer_of(dossier: Dossier, outcome: Outcome, officer_id: int) -> Officer | None:
    """Who signs what this officer records: the leader who approved just this, else the officer."""
    return people.officer(current_session(), dossier.approver_of(outcome) or officer_id)


def known_values(dossier: Dossier, procedure: Procedure, *, signer: Officer | None, at: datetime) -> dict[str, str]:
    """The marks that need nobody to type: facts, and the answers that were given; Vietnamese."""
    with force_locale("vi"):
        by = issuer(dossier, place=dossier.holder, at=at)
    applicant = dossier.applicant
    return {
        "reference": dossier.reference,
        "procedure": dossier.procedure.vi,
        "procedure_code": dossier.procedure_code,
        "applicant": applicant.name if applicant else "",
        "applicant_number": ((applicant.tax_code or applicant.national_id) if applicant else None) or "–",
        "applicant_born_on": f"{applicant.born_on:%d/%m/%Y}" if applicant and applicant.born_on else "–",
        "applicant_address": (applicant.address if applicant else None) or "–",
        "unit": by.agency,
        "superior": by.superior or "–",
        "officer": signer.name if signer else "",
        "officer_title": (signer.title if signer else "") or "–",
        "today": _long(local_day(at)),
        "filed_on": _long_of(dossier.filed_at),
        "received_on": _long_of(dossier.received_at),
        "due_on": _long_of(dossier.due_at),
        **_answers(dossier, procedure),
    }


def _answers(dossier: Dossier, procedure: Procedure) -> dict[str, str]:
    given = dossier.answers
    fields = [one for one in procedure.form.fields if one.key in given and one.type not in UNPRINTABLE]
    codes = {given[one.key] for one in fields if one.type == "unit"}
    names = {code: unit.name_in("vi") for code, unit in units.names_of(current_session(), codes).items()}
    found = {ANSWER + one.key: display(one, given[one.key], "vi", units=names) for one in fields}
    return {mark: words for mark, words in found.items() if words.strip()}


class TooLong(ValueError):
    """The paper would be longer than what is printed."""


def too_long_words() -> str:
    return _(
        "Văn bản dài quá: nhiều nhất %(lines)s dòng và %(characters)s ký tự. "
        "Hãy viết ngắn lại, hoặc tải lên tệp kết quả đã soạn.",
        lines=number(markup.MOST_LINES),
        characters=number(markup.MOST_CHARACTERS),
    )


def fits(body: str, values: Values) -> bool:
    """Whether the paper is of a length that is printed."""
    return markup.fits(markup.read(body), values, lines=len(_recipients(values[TYPED + RECIPIENTS])))


def result_pdf(dossier: Dossier, template: Version, values: Values, *, signer: Officer | None, at: datetime) -> bytes:
    """The paper; `values` has every mark of the text. Raises `TooLong` where it does not fit."""
    with force_locale("vi"):
        by = issuer(dossier, place=dossier.holder, at=at)
    facts = ResultFacts(
        title=template.title,
        number=values[TYPED + NUMBER],
        reference=dossier.reference,
        agency=by.agency,
        superior=by.superior or "",
        place=by.place,
        at=at,
        lines=_lines(template.body, values),
        officer=signer.name if signer else "",
        officer_title=signer.title if signer else "",
        recipients=_recipients(values[TYPED + RECIPIENTS]),
        look_up_address=look_up_address(dossier),
        made_from=f"{template.code}-{template.outcome}-{template.number}",
        demo=is_pilot(),
    )
    return result_paper(facts)


def sample_pdf(title: str, body: str, procedure: Procedure | None, *, at: datetime) -> bytes:
    """The paper with made-up facts and answers, DEMO across; a mark that is unknown stands there with its name.

    Raises `TooLong`.
    """
    values = {**_sample_facts(at), **(samples.of_form(procedure.form, "vi") if procedure else {})}
    if procedure is not None:
        values |= {"procedure": procedure.name.vi, "procedure_code": procedure.code}
    values = {name: values.get(name, f"[{name}?]") for name in {*values, *markup.marks(body)}}
    facts = ResultFacts(
        title=title or "–",
        number=values[TYPED + NUMBER],
        reference=values["reference"],
        agency=values["unit"],
        superior=values["superior"],
        place=None,
        at=at,
        lines=_lines(body, values),
        officer=values["officer"],
        officer_title=values["officer_title"],
        recipients=_recipients(values[TYPED + RECIPIENTS]),
        look_up_address=values["reference"],
        made_from="",
        demo=True,
    )
    return result_paper(facts)


def _sample_facts(at: datetime) -> dict[str, str]:
    with force_locale("vi"):
        words = mark_words()
    day = _long(local_day(at))
    facts = {name: f"[{words[name]}]" for name in FACTS}
    free = {TYPED + name: f"[{words[TYPED + name]}]" for name in FREE}
    made_up = {
        "applicant": "Nguyễn Thị Mẫu An",
        "unit": "Ủy ban nhân dân xã Mẫu",
        "superior": "Ủy ban nhân dân tỉnh",
        "officer": "Trần Văn Mẫu Bình",
        "officer_title": "Chủ tịch",
        "reference": "H06.00.00-200601-0001",
    }
    return facts | dict.fromkeys(("today", "filed_on", "received_on", "due_on"), day) | made_up | free


def _lines(body: str, values: Values) -> list[ResultLine]:
    if not fits(body, values):
        raise TooLong
    return [ResultLine(one.kind, one.words, one.number) for one in markup.fill(markup.read(body), values)]


def _recipients(typed: str) -> list[str]:
    return [line for line in (line.strip().lstrip("-–").strip() for line in typed.splitlines()) if line]


def _long(day: date) -> str:
    return f"ngày {day:%d} tháng {day:%m} năm {day.year}"


def _long_of(at: datetime | None) -> str:
    return "–" if at is None else _long(local_day(at))


def finding_lines(problems: Iterable[object]) -> list[str]:
    """Each finding once."""
    return list(dict.fromkeys(finding_line(one) for one in problems if isinstance(one, Finding)))
