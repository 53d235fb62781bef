"""How a feed's documents are written: Atom (RFC 4287, RFC 5005) and JSON Feed 1.1, of one and the same items."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any
from urllib.parse import quote

from flask import Response, current_app, render_template, request, url_for

from portal import clock, display, i18n
from portal.blueprints.ledger import words
from portal.blueprints.ledger.names import Names, names
from portal.i18n import gettext
from portal.ledger import entry, key_entry
from portal.ledger.entry import Members, instant
from portal.ledger.queries import Logged
from portal.settings import Settings

_: Callable[..., str] = gettext


@dataclass(frozen=True, slots=True)
class Document:
    """One document of a feed. Links are addresses without their ending: both formats have the same."""

    title: str
    this: str
    current: str
    entries: Sequence[Logged]
    older: str | None = None
    newer: str | None = None
    archive: bool = False
    paged: bool = False
    complete: bool = False
    hub: str | None = None
    home: str | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """An entry as readers of feeds show it."""

    id: str
    url: str
    entry_url: str
    title: str
    summary: str
    at: datetime
    act: str


def choose_language() -> None:
    """Vietnamese, or what the address asks for: what a reader of feeds gets must not depend on cookies."""
    asked = request.args.get("lang")
    request.environ[i18n.CHOSEN] = asked if asked in i18n.LANGUAGES else i18n.DEFAULT_LANGUAGE


def address(endpoint: str, **values: Any) -> str:
    asked = request.args.get("lang")
    return url_for(endpoint, **values, lang=asked if asked in i18n.LANGUAGES else None, _external=True)


def title() -> str:
    return _("Sổ công khai Hải Đăng")


def hub() -> str | None:
    """The WebSub hub that is told of this address; other languages and later pages are nobody's topic."""
    settings: Settings = current_app.config["SETTINGS"]
    topic = not {"lang", "before"} & set(request.args) and len({"unit", "procedure"} & set(request.args)) < 2
    return settings.websub_hub if settings.websub_hub and topic else None


def discovery(document: Document) -> Mapping[str, str]:
    """WebSub readers look at the header of the answer before they look into it."""
    if document.hub is None:
        return {}
    return {"Link": f'<{document.hub}>; rel="hub", <{document.this}>; rel="self"'}


def written(document: Document, form: str) -> Response:
    items = _items(document.entries)
    if form == "json":
        value = _json(document, items)
        text = json.dumps(value, ensure_ascii=False) + "\n"
        return Response(text, content_type="application/feed+json", headers=discovery(document))
    updated = max((item.at for item in items), default=datetime(2020, 1, 1, tzinfo=clock.LOCAL_ZONE))
    text = render_template("ledger/feed.xml", document=document, items=items, updated=updated)
    return Response(text, content_type="application/atom+xml; charset=utf-8", headers=discovery(document))


def _json(document: Document, items: Sequence[Item]) -> dict[str, Any]:
    value: dict[str, Any] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": document.title,
        "home_page_url": document.home or url_for("ledger.index", _external=True),
        "feed_url": document.this,
        "language": i18n.language(),
        "authors": [{"name": "Hải Đăng"}],
        "items": [
            {
                "id": item.id,
                "url": item.url,
                "external_url": item.entry_url,
                "title": item.title,
                "content_text": item.summary,
                "date_published": item.at.isoformat(),
                "tags": [item.act],
            }
            for item in items
        ],
    }
    hubs = {"hubs": [{"type": "WebSub", "url": document.hub}]} if document.hub else {}
    return value | hubs | ({"next_url": document.older} if document.older else {})


def _items(entries: Sequence[Logged]) -> list[Item]:
    acts = [logged.act for logged in entries if logged.act is not None]
    known = names(units_of={act.unit for act in acts}, procedures_of={act.procedure for act in acts})
    dossier = url_for("ledger.dossier", reference="-", _external=True).removesuffix("-")
    place = url_for("ledger.entry", index="-", _external=True).removesuffix("-")
    settings: Settings = current_app.config["SETTINGS"]
    host = quote(settings.ledger_origin.partition("/")[0], safe=".-")
    return [_item(logged, known, host, dossier, place) for logged in entries]


def _item(logged: Logged, known: Names, host: str, dossier: str, place: str) -> Item:
    act, url = logged.act, f"{place}{logged.position}"
    told = (
        _without_act(logged.data) if act is None else (_headline(act, known), _summary(act), instant(act.at), act.act)
    )
    title, summary, at, kind = told
    return Item(
        id=f"tag:{host},{at.year}:ledger/{logged.position}",
        url=url if act is None else dossier + act.reference,
        entry_url=url,
        title=title,
        summary=summary,
        at=at,
        act=kind,
    )


def _without_act(data: bytes) -> tuple[str, str, datetime, str]:
    """Title, summary, instant and category of an entry that tells no act: about a key, or sealed."""
    if key_entry.is_key(data):
        words = _("Từ lúc này sổ được ký bằng một khóa mới. Hãy so khóa mới với khóa bạn có từ nơi khác.")
        return _("Sổ đổi khóa"), words, key_entry.parse(data).at, "key"
    at = datetime.combine(entry.parse_sealed(data).on, time.min, clock.LOCAL_ZONE)
    return _("Mục niêm phong"), _("Mục này thuộc một thủ tục không nêu chi tiết."), at, "sealed"


def _headline(act: Members, known: Names) -> str:
    late = _("trễ hạn")
    how = f" ({late})" if act.act == "resolved" and act.due is not None and act.due < act.at else ""
    return f"{words.act_name(act)}{how} – {known.procedure(act.procedure)}, {known.unit(act.unit)}"


def _summary(act: Members) -> str:
    parts = [_("Hồ sơ %(reference)s", reference=act.reference), display.instant(instant(act.at))]
    if act.due is not None:
        parts.append(_("hẹn trả kết quả %(due)s", due=display.instant(instant(act.due))))
    return "; ".join(parts) + "."
