"""Asking for a web hook, seeing how it fares, and ending it by the link that was shown.

Every form has a word of its own, so that sending it again (reloading, or clicking twice) makes no second one.
"""

import secrets
from collections.abc import Callable
from datetime import datetime

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal import clock
from portal.access import Audience, audience
from portal.blueprints.subscriptions.face import TOKEN, Subject, blueprint, private, settings, subject
from portal.display import time_of_day
from portal.errors import Refused
from portal.i18n import language
from portal.outgoing import LONGEST_ADDRESS, NotAllowed
from portal.subscription_words import name_of
from portal.subscriptions import hooks
from portal.subscriptions.hooks import Made
from portal.transaction import current_session, unit_of_work

_: Callable[..., str] = gettext


@blueprint.get("/ledger/web-hooks")
@audience(Audience.PUBLIC)
def ask_web_hook() -> ResponseReturnValue:
    """The question: which address shall be called?"""
    return private(_form(subject(), "", None))


@blueprint.post("/ledger/web-hooks")
@audience(Audience.PUBLIC)
def make_web_hook() -> ResponseReturnValue:
    """Write it down, and show secret and link: in this answer only."""
    about, url = subject(), request.form.get("url", "").strip()
    made = _make(about, url, request.form.get("form", ""))
    if isinstance(made, Made):
        return private(render_template("subscriptions/web_hook_made.html", subject=about, url=url, made=made))
    return private(_form(about, url[:LONGEST_ADDRESS], made), 422)


@blueprint.get("/ledger/web-hooks/<token>")
@audience(Audience.PUBLIC)
def web_hook(token: str) -> ResponseReturnValue:
    """How it fares."""
    found = (hooks.by_token(current_session(), token) if TOKEN.fullmatch(token) else None) or abort(404)
    name = name_of(found.about, found.code, language())
    return private(render_template("subscriptions/web_hook.html", found=found, name=name, token=token))


@blueprint.post("/ledger/web-hooks/<token>/end")
@audience(Audience.PUBLIC)
def end_web_hook(token: str) -> ResponseReturnValue:
    """Ended, and forgotten; a second click says the same."""
    if not TOKEN.fullmatch(token):
        abort(404)
    with unit_of_work() as session:
        hooks.end(session, token=token)
    return private(render_template("subscriptions/web_hook_ended.html"))


def _form(asked: Subject, url: str, error: str | None) -> str:
    form = secrets.token_urlsafe(24)
    return render_template("subscriptions/ask_web_hook.html", subject=asked, url=url, error=error, form=form)


def _make(asked: Subject, url: str, form: str) -> Made | str:
    """The web hook, or what stood in the way, in words."""
    if not url:
        return _("Hãy nhập địa chỉ sẽ được gọi.")
    if not TOKEN.fullmatch(form):
        return _("Trang này đã cũ. Hãy bấm “Tạo” lần nữa.")
    try:
        with unit_of_work() as session:
            return hooks.ask(
                session,
                url=url,
                about=asked.about,
                code=asked.code,
                form=form,
                client=request.remote_addr or "",
                allowed=settings().web_hooks_inside,
                at=clock.now(),
            )
    except NotAllowed as refused:
        return _refusal(refused.reason)
    except Refused as refused:
        until = refused.facts["until"]
        when = time_of_day(until if isinstance(until, datetime) else None)
        return _("Từ kết nối này đã có nhiều lần xin gọi. Hãy thử lại sau %(until)s.", until=when)


def _refusal(reason: str) -> str:
    if reason == "not_https":
        return _("Địa chỉ phải bắt đầu bằng https://.")
    if reason == "not_public":
        return _("Địa chỉ phải là một tên miền công cộng, cổng 443, ví dụ https://vidu.vn/so-cong-khai.")
    return _("Địa chỉ này chưa đúng. Hãy xem lại, ví dụ https://vidu.vn/so-cong-khai.")
