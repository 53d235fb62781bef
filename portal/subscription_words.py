"""What letters about subscriptions say, in the reader's language."""

from collections.abc import Collection, Mapping, Sequence

from flask import Flask
from flask_babel import force_locale, ngettext
from flask_babel import gettext as _

from portal import clock
from portal.display import entry_words
from portal.ledger.entry import Members, instant
from portal.ledger.queries import Logged
from portal.procedures import queries as procedures
from portal.transaction import current_session
from portal.units import queries as units


class LetterWords:
    """What `portal.subscriptions.telling` says, from a thread that has no page: each letter in a context of its own."""

    def __init__(self, app: Flask, base_url: str) -> None:
        self._app, self._base_url = app, base_url

    def act(self, entry: Logged, *, language: str, token: str) -> tuple[str, str]:
        act = _members(entry)
        with self._app.app_context(), force_locale(language):
            subject = _("%(act)s: hồ sơ %(reference)s", act=entry_words(act.act, act.outcome), reference=act.reference)
            lines = [
                _line(act, _names([act], language)),
                _("Xem quá trình giải quyết: %(link)s", link=self._dossier(act.reference)),
                self._ending(token),
            ]
            return str(subject), "\n\n".join(str(line) for line in lines)

    def summary(
        self, entries: Sequence[Logged], *, about: str, code: str, more: bool, language: str, token: str
    ) -> tuple[str, str]:
        with self._app.app_context(), force_locale(language):
            name = name_of(about, code, language)
            count = len(entries)
            subject = ngettext("%(name)s: %(num)d việc mới", "%(name)s: %(num)d việc mới", count, name=name)
            if more:
                subject = _("%(name)s: hơn %(number)s việc mới", name=name, number=count)
            acts = [_members(entry) for entry in entries]
            names = _names(acts, language)
            lines = [f"- {_line(act, names)}" for act in acts]
            body = [
                _("Sổ công khai ghi thêm những việc này:"),
                "\n".join(lines),
                _("Xem tất cả trong sổ: %(link)s", link=f"{self._base_url}/ledger?{about}={code}"),
                self._ending(token),
            ]
            return str(subject), "\n\n".join(str(line) for line in body)

    def _dossier(self, reference: str) -> str:
        return f"{self._base_url}/ledger/dossiers/{reference}"

    def _ending(self, token: str) -> str:
        words: str = _("Không muốn nhận thư này nữa? Hãy mở %(link)s", link=address(self._base_url, token))
        return words


def confirmation(base_url: str, *, about: str, code: str, language: str, token: str) -> tuple[str, str]:
    """The letter that asks whether the reader wants the letters; in the language of the page that asked."""
    name = name_of(about, code, language)
    lines = (
        _("Có người, có lẽ là bạn, xin nhận thư về: %(name)s.", name=name),
        _("Nếu đúng là bạn, hãy mở trang này trong ba ngày và bấm xác nhận: %(link)s", link=address(base_url, token)),
        _("Nếu không phải, bạn không cần làm gì: địa chỉ này sẽ được xóa."),
    )
    subject: str = _("Xác nhận nhận thư: %(name)s", name=name)
    return subject, "\n\n".join(str(line) for line in lines)


def address(base_url: str, token: str) -> str:
    return f"{base_url}/ledger/subscriptions/{token}"


def name_of(about: str, code: str, language: str) -> str:
    """What a subscription is about, as people call it."""
    session = current_session()
    if about == "unit":
        unit = units.names_of(session, (code,)).get(code)
        return unit.name_in(language) if unit else code
    if about == "procedure":
        name = procedures.names_of(session, (code,)).get(code)
        return name.in_(language) if name else code
    words: str = _("hồ sơ %(reference)s", reference=code)
    return words


def _line(act: Members, names: Mapping[str, str]) -> str:
    words: str = _(
        "%(at)s, %(unit)s: %(act)s, hồ sơ %(reference)s.",
        at=f"{clock.local(instant(act.at)):%d/%m/%Y, %H:%M}",
        unit=names.get(act.unit, act.unit),
        act=entry_words(act.act, act.outcome).lower(),
        reference=act.reference,
    )
    return words


def _names(acts: Collection[Members], language: str) -> dict[str, str]:
    found = units.names_of(current_session(), {act.unit for act in acts})
    return {code: unit.name_in(language) for code, unit in found.items()}


def _members(entry: Logged) -> Members:
    if entry.act is None:
        raise ValueError("a sealed entry is told to nobody")
    return entry.act
