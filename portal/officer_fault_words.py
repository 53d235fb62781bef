"""What is wrong with the officers' file, in a line that says whose entry and what to do."""

from collections.abc import Callable, Mapping

from flask_babel import gettext

from portal.people.officer_file import Fault

_: Callable[..., str] = gettext


def line(fault: Fault) -> str:
    words = _sentences()[fault.code] % fault.facts
    if fault.place is None:
        return words[:1].upper() + words[1:]
    return _("Cán bộ %(place)s (%(subject)s): %(what)s", place=fault.place, subject=fault.subject, what=words)


def _sentences() -> Mapping[str, str]:
    return {
        "no_officers": _("tệp không có danh sách “officers”."),
        "subject_twice": _("“subject” này có hai lần, hãy bỏ một."),
        "not_a_text": _("“%(name)s” phải là chữ, từ 1 đến %(most)s ký tự."),
        "not_true_or_false": _("“%(name)s” phải là true hoặc false."),
        "not_a_list": _("“%(name)s” phải là một danh sách."),
        "unit_unknown": _("không đơn vị nào mang mã định danh “%(unit)s”."),
        "role_unknown": _("vai trò “%(role)s” không có; hãy ghi một trong: %(roles)s."),
        "role_twice": _("vai trò “%(role)s” ở “%(unit)s” có hai lần, hãy bỏ một."),
        "not_days": _("“valid_from” và “valid_to” phải là ngày, viết như 2020-06-01."),
        "ends_before_it_begins": _("“valid_to” phải sau “valid_from”."),
    }
