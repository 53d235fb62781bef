"""`/account/mandates/new`: let somebody file for me. The answer never tells whether they have an account."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from flask import current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from portal import clock
from portal.access import Audience, audience
from portal.blueprints.account.overview import blueprint
from portal.display import text
from portal.dossier_words import file_words
from portal.dossiers import attachments, mandate_papers
from portal.dossiers.attachments import Stored
from portal.errors import Refused
from portal.files.file_refusals import FileRefused
from portal.i18n import language
from portal.mandate_words import refusal_words
from portal.mandates import commands
from portal.mandates.rules import Days
from portal.procedures import characters, formats
from portal.procedures import queries as catalogue
from portal.procedures.formats import Refusal
from portal.settings import Settings
from portal.transaction import current_session, unit_of_work

_: Callable[..., str] = gettext
Errors = dict[str, str]
DateParts = tuple[str, str, str]
NAME_MAX = 200
TYPED_MAX = 400
LISTED = 40
USUAL_DAYS = 90


@dataclass(frozen=True, slots=True)
class Wish:
    """What was typed and chosen for a new mandate."""

    agent_name: str = ""
    agent_id: str = ""
    scope: str = "some"
    chosen: tuple[str, ...] = ()
    more: str = ""
    first: DateParts = ("", "", "")
    last: DateParts = ("", "", "")
    errors: Errors = field(default_factory=dict)
    days: Days | None = None

    @property
    def codes(self) -> list[str] | None:
        """The procedures wanted; None for all of them."""
        return None if self.scope == "all" else [*self.chosen, *self.more.replace(",", " ").split()]


@blueprint.get("/account/mandates/new")
@audience(Audience.PERSON)
def new_mandate() -> ResponseReturnValue:
    """The form, from today for some months, for the procedure that one came from."""
    today = clock.local_day(clock.now())
    asked = request.args.get("procedure", "")[:60]
    last = today + timedelta(days=min(USUAL_DAYS, _most_days()) - 1)
    return _page(Wish(chosen=(asked,) if asked else (), first=_parts(today), last=_parts(last)))


@blueprint.post("/account/mandates/new")
@audience(Audience.PERSON)
def offer_mandate() -> ResponseReturnValue:
    """Offer it. The same answer whoever the other is, and whether or not they are known here."""
    wish = _read()
    wish, file = _with_file(wish)
    if wish.errors or wish.days is None:
        return _page(wish), 422
    at = clock.now()
    try:
        with unit_of_work() as session:
            mandate_id = commands.offer(
                session,
                granter_id=current_user.person_id,
                agent_name=wish.agent_name,
                agent_number=formats.national_id(wish.agent_id),
                codes=wish.codes,
                days=wish.days,
                most_days=_most_days(),
                language="en" if language() == "en" else "vi",
                at=at,
            )
            if file is not None:
                mandate_papers.add(session, mandate_id=mandate_id, file=file, at=at)
    except Refused as error:
        name, words = refusal_words(error)
        return _page(replace(wish, errors={name: words})), 422 if name else 409
    return redirect(url_for("account.mandate", mandate_id=mandate_id, done="offered"), 303)


def _read() -> Wish:
    errors: Errors = {}
    name, number = _typed("agent_name", errors), _typed("agent_id", errors)
    if not name and "agent_name" not in errors:
        errors["agent_name"] = _("Hãy nhập họ tên như trên giấy tờ của người đó.")
    elif characters.length(name) > NAME_MAX:
        errors["agent_name"] = _("Hãy viết tên ngắn lại, nhiều nhất %(most)s ký tự.", most=NAME_MAX)
    if "agent_id" not in errors and not _is_number(number):
        errors["agent_id"] = _("Hãy nhập số căn cước 12 số (hoặc chứng minh nhân dân 9 số).")
    scope, more = request.form.get("scope", ""), _typed("more", errors)
    wish = Wish(name, number, scope, tuple(request.form.getlist("codes")), more, _date("from"), _date("until"))
    if scope not in ("all", "some"):
        errors["scope"] = _("Hãy chọn ủy quyền cho mọi thủ tục hay chỉ một số.")
    elif wish.codes == []:
        errors["codes"] = _("Hãy chọn ít nhất một thủ tục, hoặc chọn mọi thủ tục.")
    first, last = _day("from", wish.first, errors), _day("until", wish.last, errors)
    return replace(wish, errors=errors, days=Days(first, last) if first and last else None)


def _with_file(wish: Wish) -> tuple[Wish, Stored | None]:
    """The scanned paper, stored where nothing else is wrong."""
    sent = request.files.get("paper")
    if wish.errors or sent is None or not sent.filename:
        return wish, None
    try:
        return wish, attachments.store(sent.stream, name=sent.filename, declared=sent.mimetype)
    except FileRefused as error:
        return replace(wish, errors={"paper": file_words(error)}), None


def _typed(name: str, errors: Errors) -> str:
    value = request.form.get(name, "")
    try:
        return characters.clean(value)[:TYPED_MAX]
    except characters.Unreadable:
        errors[name] = _("Có ký tự ẩn không dùng được. Hãy xóa đi và gõ lại.")
        return value[:TYPED_MAX]


def _is_number(value: str) -> bool:
    try:
        return bool(formats.national_id(value))
    except Refusal:
        return False


def _date(name: str) -> DateParts:
    day, month, year = (request.form.get(f"{name}-{part}", "").strip()[:10] for part in ("day", "month", "year"))
    return day, month, year


def _day(name: str, parts: DateParts, errors: Errors) -> date | None:
    try:
        return formats.day(parts)
    except Refusal:
        errors[name] = _("Hãy nhập một ngày có thật, ví dụ 31 12 2026.")
        return None


def _parts(day: date) -> DateParts:
    return str(day.day), str(day.month), str(day.year)


def _most_days() -> int:
    settings: Settings = current_app.config["SETTINGS"]
    return settings.mandate_longest_days


def _page(wish: Wish) -> str:
    targets = {"": "", "from": "f-from", "until": "f-until"}
    listed = [(targets.get(name, f"f-{name}"), message) for name, message in wish.errors.items()]
    return render_template(
        "account/mandate_new.html",
        wish=wish,
        errors=wish.errors,
        error_list=listed,
        options=_options(wish),
        most_days=_most_days(),
        name_max=NAME_MAX,
        accept=attachments.ACCEPT,
    )


def _options(wish: Wish) -> list[tuple[str, str]]:
    """Procedures to tick: those chosen, then the first of the catalogue that are filed online."""
    session = current_session()
    rows = catalogue.search(session, at=clock.now(), limit=LISTED, lang=language()).rows
    listed = {row.code: text(row.name) for row in rows if row.service_level != "information"}
    asked = {code: text(name) for code, name in catalogue.names_of(session, wish.chosen).items()}
    return list({**asked, **listed}.items())
