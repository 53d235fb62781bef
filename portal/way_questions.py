"""The question how the result is to be returned: while an application is written, and later on the dossier's page."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from flask import request
from flask_babel import gettext

from portal.dossier_words import problem_words
from portal.dossiers import wished_ways
from portal.dossiers.life import Way
from portal.dossiers.wished_ways import WishedWay
from portal.errors import Invalid
from portal.procedures.reading import Problem
from portal.way_words import way_words

_: Callable[..., str] = gettext

Option = tuple[str, str, str]  # value, label, hint
TYPED_MAX = 2000


@dataclass(frozen=True, slots=True)
class WayQuestion:
    """What is ticked and typed, and what is wrong with it. `prefilled`: the address is one that the portal knew."""

    way: str
    address: str
    at_counter: bool = False  # an officer asks whoever stands there
    prefilled: bool = False
    errors: Mapping[str, str] = field(default_factory=dict)

    @property
    def options(self) -> list[Option]:
        hints = _hints_at_counter() if self.at_counter else _hints()
        return [(way.value, way_words(way), hints[way]) for way in (Way.ONLINE, Way.COUNTER, Way.POST)]

    @property
    def listed(self) -> list[tuple[str, str]]:
        """For the summary of errors."""
        return [(f"f-{name}", words) for name, words in self.errors.items()]


def question(
    way: Way | None, chosen: WishedWay | None, *, known_address: str | None, at_counter: bool = False
) -> WayQuestion:
    """As it is first shown: the way that is meant, and an address to correct where none was given."""
    address = chosen.address if chosen else None
    shown = address or known_address or ""
    return WayQuestion(way or "", shown, at_counter, prefilled=bool(shown) and address is None)


def answer() -> WishedWay:
    """What was sent. Raises Invalid, for `again`."""
    typed = request.form.get(wished_ways.WAY, "")
    return wished_ways.read(Way(typed) if typed in list(Way) else None, _typed_address())


def again(error: Invalid, *, at_counter: bool = False) -> WayQuestion:
    """The question once more: what was sent, and what is wrong with it."""
    problems = [one for one in error.problems if isinstance(one, Problem)]
    errors = {one.field: problem_words(one) for one in problems}
    return WayQuestion(request.form.get(wished_ways.WAY, ""), _typed_address(), at_counter, errors=errors)


def _typed_address() -> str:
    return request.form.get(wished_ways.ADDRESS, "")[:TYPED_MAX]


def _hints() -> dict[Way, str]:
    return {
        Way.ONLINE: _("Bạn mở và tải kết quả trong tài khoản của mình trên cổng này."),
        Way.COUNTER: _("Bạn đến bộ phận một cửa của nơi nhận hồ sơ."),
        Way.POST: _("Bưu chính giao đến địa chỉ bạn ghi dưới đây."),
    }


def _hints_at_counter() -> dict[Way, str]:
    return {
        Way.ONLINE: _("Họ mở và tải kết quả khi đăng nhập bằng tài khoản định danh của mình."),
        Way.COUNTER: _("Họ đến bộ phận một cửa của nơi nhận hồ sơ."),
        Way.POST: _("Bưu chính giao đến địa chỉ ghi dưới đây."),
    }
