"""What is answered when too many come at once: finished bytes, for what is asked of neither framework nor database.

The page is in both languages and has no style: nothing more needs to be fetched for it, and nobody's language is asked.
"""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

from flask import Flask
from flask_babel import force_locale
from markupsafe import Markup, escape

from portal import headers
from portal.error_pages import MACHINES, RETRY_SECONDS
from portal.error_words import Words, crowded
from portal.i18n import ASKING, LANGUAGES
from portal.settings import Settings

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

STATUS = "503 SERVICE UNAVAILABLE"
Headers = list[tuple[str, str]]


class Answers:
    """`asked`: the page for who only asked; `sent`: for who sent something; `machine`: for programs."""

    def __init__(self, *, asked: bytes, sent: bytes, machine: bytes, fixed: Mapping[str, str]) -> None:
        self._asked, self._sent, self._machine = asked, sent, machine
        kept = {
            **fixed,
            "Content-Security-Policy": headers.NOTHING,
            "Cache-Control": "no-store",
            "Retry-After": str(RETRY_SECONDS),
            "Connection": "close",  # whoever comes back later leaves the connection to others meanwhile
        }
        self._headers: Headers = list(kept.items())

    def give(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> list[bytes]:
        path = environ["PATH_INFO"]
        if path.endswith(".json") or path.startswith("/api/"):
            kind, body = MACHINES, self._machine
        else:
            kind, body = "text/html; charset=utf-8", self._asked if environ["REQUEST_METHOD"] in ASKING else self._sent
        start_response(STATUS, [*self._headers, ("Content-Type", kind), ("Content-Length", str(len(body)))])
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]


def answers(app: Flask) -> Answers:
    settings: Settings = app.config["SETTINGS"]
    with app.test_request_context():
        asked, sent = ({code: _words(code, sent=sent) for code in LANGUAGES} for sent in (False, True))
    return Answers(asked=_page(asked), sent=_page(sent), machine=_problem(asked), fixed=headers.fixed(settings))


def _words(code: str, *, sent: bool) -> Words:
    with force_locale(code):
        return crowded(RETRY_SECONDS, sent=sent)


def _page(words: Mapping[str, Words]) -> bytes:
    first, *_ = words.values()
    parts = Markup().join(
        Markup('<section lang="{}"><h{n}>{}</h{n}><p>{}</p><p>{}</p></section>').format(
            code, said.title, said.text, said.advice, n=1 if said is first else 2
        )
        for code, said in words.items()
    )
    return (
        '<!doctype html><html lang="vi"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{escape(first.title)} – Hải Đăng</title></head><body><main>{parts}</main></body></html>"
    ).encode()


def _problem(words: Mapping[str, Words]) -> bytes:
    title, detail = (" / ".join(getattr(said, name) for said in words.values()) for name in ("title", "text"))
    body = {"type": "about:blank", "status": 503, "title": title, "detail": detail, "code": "crowded"}
    return (json.dumps(body, ensure_ascii=False) + "\n").encode()
