"""Asking for letters about a dossier, a unit or a procedure; confirming and ending that from the letter's link."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal import clock
from portal.access import Audience, audience
from portal.blueprints.subscriptions.face import TOKEN, Subject, blueprint, private, settings, subject
from portal.display import time_of_day
from portal.errors import Invalid, Refused
from portal.i18n import language
from portal.letters import message
from portal.subscription_words import confirmation, name_of
from portal.subscriptions import commands, queries
from portal.transaction import current_session, unit_of_work

_: Callable[..., str] = gettext

LONGEST_ADDRESS = 320


@blueprint.get("/ledger/subscribe")
@audience(Audience.PUBLIC)
def ask() -> ResponseReturnValue:
    """The question: where shall the letters go?"""
    return private(render_template("subscriptions/ask.html", subject=subject(), address="", error=None))


@blueprint.post("/ledger/subscribe")
@audience(Audience.PUBLIC)
def subscribe() -> ResponseReturnValue:
    """Take the address, and say that a letter is on its way: the same whatever we know of that address."""
    about, address = subject(), request.form.get("address", "").strip()
    error = _problem(address) or _ask(about, address)
    if error is not None:
        shown = render_template("subscriptions/ask.html", subject=about, address=address[:LONGEST_ADDRESS], error=error)
        return private(shown, 422)
    return private(render_template("subscriptions/asked.html", subject=about, address=address))


@blueprint.get("/ledger/subscriptions/<token>")
@audience(Audience.PUBLIC)
def manage(token: str) -> ResponseReturnValue:
    """From the letter: confirm, or end. Opening it changes nothing, since mail programs open links by themselves."""
    found = _found(token)
    name = name_of(found.about, found.code, language())
    return private(render_template("subscriptions/manage.html", found=found, name=name, token=token))


@blueprint.post("/ledger/subscriptions/<token>/confirm")
@audience(Audience.PUBLIC)
def confirm(token: str) -> ResponseReturnValue:
    _found(token)
    with unit_of_work() as session:
        commands.confirm(session, token=token, at=clock.now())
    flash(_("Đã xác nhận. Thư sẽ đến khi có việc mới trong sổ."), "good")
    return redirect(url_for("subscriptions.manage", token=token), 303)


@blueprint.post("/ledger/subscriptions/<token>/end")
@audience(Audience.PUBLIC)
def end(token: str) -> ResponseReturnValue:
    """Ended, and forgotten; a second click finds nothing more to end and says the same."""
    if not TOKEN.fullmatch(token):
        abort(404)
    with unit_of_work() as session:
        commands.end(session, token=token)
    return private(render_template("subscriptions/ended.html"))


def _ask(asked: Subject, address: str) -> str | None:
    """What stood in the way, in words."""
    base_url = settings().base_url
    letter = partial(_letter, base_url, asked)
    try:
        with unit_of_work() as session:
            commands.ask(
                session,
                address=address,
                about=asked.about,
                code=asked.code,
                language=language(),
                client=request.remote_addr or "",
                compose=letter,
                at=clock.now(),
            )
    except Refused as refused:
        until = refused.facts["until"]
        when = time_of_day(until if isinstance(until, datetime) else None)
        return _("Từ kết nối này đã có nhiều lần xin nhận thư. Hãy thử lại sau %(until)s.", until=when)
    return None


def _letter(base_url: str, asked: Subject, token: str) -> tuple[str, str]:
    return confirmation(base_url, about=asked.about, code=asked.code, language=language(), token=token)


def _problem(address: str) -> str | None:
    if not address:
        return _("Hãy nhập địa chỉ thư điện tử nhận thư.")
    try:
        message.address(address)
    except Invalid:
        return _("Địa chỉ này chưa đúng. Hãy xem lại, ví dụ ten@vidu.vn.")
    return None


def _found(token: str) -> queries.Subscribed:
    return (queries.by_token(current_session(), token) if TOKEN.fullmatch(token) else None) or abort(404)
