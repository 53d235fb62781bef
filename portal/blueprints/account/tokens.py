"""`/account/tokens`: words with which my own programs read my dossiers; made, listed, ended.

A token is shown in the answer to the form that made it, this once; so that sending that form again (reloading, or
clicking twice) makes no second one, every form has a word of its own.
"""

import re
import secrets
from dataclasses import dataclass, field, replace

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from portal import clock
from portal.access import Audience, audience
from portal.blueprints.account.overview import blueprint
from portal.errors import Refused
from portal.people import api_tokens
from portal.people.api_tokens import NAME_MAX, TERMS, Scope
from portal.procedures import characters
from portal.transaction import current_session, unit_of_work

Errors = dict[str, str]
DAYS = {str(days): days for days in TERMS}
FORM = re.compile(r"[A-Za-z0-9_-]{32}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Wish:
    """What was typed and chosen for a new token."""

    name: str = ""
    scopes: tuple[str, ...] = (Scope.READ.value,)
    days: str = str(TERMS[1])
    form: str = ""
    errors: Errors = field(default_factory=dict)


@blueprint.get("/account/tokens")
@audience(Audience.PERSON)
def tokens() -> ResponseReturnValue:
    """My tokens, and the form for a new one."""
    return _page(Wish())


@blueprint.post("/account/tokens")
@audience(Audience.PERSON)
def create_token() -> ResponseReturnValue:
    """Make a token and show it, this one time."""
    wish = _read()
    if wish.errors:
        return _page(wish), 422
    try:
        with unit_of_work() as session:
            made = api_tokens.create(
                session,
                person_id=current_user.person_id,
                name=wish.name,
                scopes=[Scope(scope) for scope in wish.scopes],
                days=DAYS[wish.days],
                at=clock.now(),
                form=wish.form,
            )
    except Refused as error:
        return _page(replace(wish, errors={"": _refusal(error)})), 409
    return _page(Wish(), made=made)


@blueprint.post("/account/tokens/<int:token_id>/end")
@audience(Audience.PERSON)
def end_token(token_id: int) -> ResponseReturnValue:
    """From now on the token opens nothing; a second click changes nothing."""
    with unit_of_work() as session:
        ended = api_tokens.end(session, token_id, person_id=current_user.person_id)
    if not ended:
        abort(404)
    return redirect(url_for("account.tokens", ended=1), 303)


def _refusal(error: Refused) -> str:
    if error.code == "made_already":
        words: str = _(
            "Mã của lần gửi này đã được tạo. Mã chỉ hiện một lần nên không hiện lại được; "
            "nếu chưa chép, hãy kết thúc mã đó rồi tạo mã mới."
        )
        return words
    limit: str = _("Bạn đã có %(limit)s mã đang dùng được. Hãy kết thúc một mã rồi tạo mã mới.", **error.facts)
    return limit


def _read() -> Wish:
    errors: Errors = {}
    name = request.form.get("name", "")
    try:
        name = characters.clean(name)
    except characters.Unreadable:
        errors["name"] = _("Có ký tự ẩn không dùng được. Hãy xóa đi và gõ lại.")
    if not name:
        errors["name"] = _("Hãy đặt tên để sau này bạn nhận ra mã, ví dụ: Máy tính ở nhà.")
    elif characters.length(name) > NAME_MAX:
        errors["name"] = _("Hãy đặt tên ngắn lại, nhiều nhất %(most)s ký tự.", most=NAME_MAX)
    scopes, days = tuple(dict.fromkeys(request.form.getlist("scopes"))), request.form.get("days", "")
    if not scopes or not set(scopes) <= set(Scope):
        errors["scopes"] = _("Hãy chọn ít nhất một quyền cho mã này.")
    elif Scope.READ not in scopes:
        errors["scopes"] = _("Muốn đọc nội dung đã khai, hãy chọn cả quyền xem hồ sơ.")
    if days not in DAYS:
        errors["days"] = _("Hãy chọn thời hạn của mã.")
    form = request.form.get("form", "")
    if not FORM.fullmatch(form):
        errors[""] = _("Trang này đã cũ. Hãy bấm “Tạo mã” lần nữa.")
    return Wish(name, scopes, days, form, errors)


def _page(wish: Wish, *, made: str = "") -> str:
    listed = [(f"f-{name or 'name'}", message) for name, message in wish.errors.items()]
    return render_template(
        "account/tokens.html",
        wish=wish,
        form=secrets.token_urlsafe(24),
        errors=wish.errors,
        error_list=listed,
        made=made,
        tokens=api_tokens.of_person(current_session(), person_id=current_user.person_id),
        scopes=_scope_words(),
        terms=[(value, _("%(days)s ngày", days=days)) for value, days in DAYS.items()],
        name_max=NAME_MAX,
        limit=api_tokens.MOST_LIVE,
        now=clock.now(),
    )


def _scope_words() -> list[tuple[str, str, str]]:
    """(scope, what it allows, in more words), as a person chooses among them."""
    return [
        (
            Scope.READ.value,
            _("Xem hồ sơ của tôi đang ở đâu"),
            _("Danh sách hồ sơ, trạng thái, hạn trả, việc tiếp theo và các việc đã làm với lời cơ quan ghi."),
        ),
        (
            Scope.ANSWERS.value,
            _("Đọc cả nội dung tôi đã khai"),
            _("Các câu trả lời trong tờ khai và tên các tệp. Không tải được tệp."),
        ),
    ]
