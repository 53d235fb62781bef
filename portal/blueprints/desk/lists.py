"""Which list of the queue: filters to choose, and lists that the officer named."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from portal import clock
from portal.access import Audience, audience
from portal.addresses import address
from portal.blueprints.desk.face import blueprint, desk_units, officer_id
from portal.blueprints.desk.wishes import NOBODY, Wish
from portal.dossiers import tallies
from portal.errors import Refused
from portal.i18n import language
from portal.people import queries as people
from portal.queues import saved
from portal.transaction import current_session, unit_of_work

_: Callable[..., str] = gettext

Options = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Link:
    """A named list, as the queue leads to it."""

    id: int
    name: str
    href: str


@blueprint.get("/desk/lists")
@audience(Audience.OFFICER)
def lists() -> ResponseReturnValue:
    """Choose filters, name what is chosen, remove what was named."""
    return _page(Wish.asked())


@blueprint.post("/desk/lists")
@audience(Audience.OFFICER)
def save_list() -> ResponseReturnValue:
    """Name the filters that the form carries."""
    wish, name = Wish.asked(request.form), request.form.get("name", "")
    try:
        with unit_of_work() as session:
            saved.save(session, officer_id=officer_id(), name=name, filters=wish.filters, at=clock.now())
    except Refused as refusal:
        return _page(wish, error=_refused(refusal), name=name), 422
    flash(_("Đã lưu danh sách “%(name)s”.", name=" ".join(name.split())), "good")
    return redirect(wish.address(), 303)


@blueprint.post("/desk/lists/<int(max=9223372036854775807):list_id>/remove")
@audience(Audience.OFFICER)
def remove_list(list_id: int) -> ResponseReturnValue:
    """Forget a name; the dossiers stay where they are."""
    with unit_of_work() as session:
        saved.remove(session, list_id, officer_id=officer_id())
    flash(_("Đã bỏ danh sách. Hồ sơ vẫn ở nguyên chỗ."), "good")
    return redirect(url_for("desk.lists"), 303)


def links_to(found: Iterable[saved.Named]) -> list[Link]:
    """An officer's lists as links; what they hold is read as any address of the queue is."""
    return [Link(one.id, one.name, address("desk.index", one.filters)) for one in found]


def narrowed_words(wish: Wish, names: Mapping[int, str]) -> list[str]:
    """To what the list is narrowed, in words; nothing where it is whole. `names` has the officer to whom it is."""
    words = [_("Thủ tục %(code)s", code=wish.procedure)] if wish.procedure else []
    narrowing = wish.narrowing
    if narrowing.unkept:
        words.append(_("Chưa ai nhận xử lý"))
    elif narrowing.of_keeper is not None:
        words.append(names.get(narrowing.of_keeper, _("Người đã thôi việc")))
    return words


def _page(wish: Wish, *, error: str | None = None, name: str = "") -> str:
    session = current_session()
    procedures, keepers = _options(session)
    keeper_id = wish.narrowing.of_keeper
    names = people.officer_names(session, set() if keeper_id is None else {keeper_id})
    return render_template(
        "desk/lists.html",
        wish=wish,
        procedures=procedures,
        keepers=keepers,
        saved=links_to(saved.lists_of(session, officer_id=officer_id())),
        narrowed=narrowed_words(wish, names),
        error=error,
        name=name,
        longest=saved.LONGEST_NAME,
        most=saved.MOST,
    )


def _options(session: Session) -> tuple[Options, Options]:
    """Procedures and officers that what lies with the officer's units has."""
    found, lang = tallies.kinds(session, unit_ids=desk_units()), language()
    names = people.officer_names(session, found.keeper_ids)
    procedures = [(code, f"{name.in_(lang)} ({code})") for code, name in sorted(found.procedures.items())]
    keepers = [(str(number), one) for number, one in sorted(names.items(), key=lambda item: item[1])]
    return procedures, [(NOBODY, _("Chưa ai nhận xử lý")), *keepers]


def _refused(refusal: Refused) -> str:
    limit = refusal.facts.get("limit")
    return {
        "list_unnamed": _("Hãy đặt tên cho danh sách."),
        "list_name_long": _("Tên dài nhất %(limit)s ký tự.", limit=limit),
        "list_name_taken": _("Bạn đã có danh sách tên này. Hãy đặt tên khác, hoặc bỏ danh sách cũ trước."),
        "too_many_lists": _("Bạn đã có %(limit)s danh sách. Hãy bỏ bớt một danh sách rồi lưu.", limit=limit),
    }[refusal.code]
